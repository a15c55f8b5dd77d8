import type { BeforeImage } from '../../shared/account/change-journal.ts';
import { type Factors, factorsRow } from '../../shared/two-factor/factors.ts';
import type { FactorProof } from '../../shared/two-factor/match-factor.ts';
import { lastStepBy } from '../../shared/two-factor/totp.ts';

/** What the factors of before are put back over. */
interface Over {
  image: BeforeImage;
  /** As they are now. */
  present: Factors;
  /** When the change was made that is undone. */
  madeAtEpochSeconds: number;
}

/**
 * The factors of before a change, as an undo puts them back. A code that was used since stays used: recovery codes by the list of those,
 * codes of an app by its last step. An app that is gone by now has none, so its codes are refused that could have been used by the time of
 * the change; not by that of later ones, or a program that changes the account every half minute would have each code refused.
 */
export const factorsOfBefore = ({ image, present, madeAtEpochSeconds }: Over): Factors => {
  const { apps, sms, recoveryCodes } = factorsRow.parse(image.factors);
  const used = new Set(present.usedRecoveryCodes);
  const kept = Object.entries(apps).map(([appId, app]) => {
    const lastStep = Math.max(app.lastStep, present.apps[appId]?.lastStep ?? lastStepBy(madeAtEpochSeconds));
    return [appId, { ...app, lastStep }] as const;
  });
  return {
    ...present,
    apps: Object.fromEntries(kept),
    sms,
    recoveryCodes: Object.fromEntries(Object.entries(recoveryCodes).filter(([hash]) => !used.has(hash))),
    changes: present.changes + 1,
  };
};

/** The same once a code of them was used. */
export const withProofUsed = (factors: Factors, proof: FactorProof): Factors => {
  const { apps, recoveryCodes, usedRecoveryCodes = [] } = factors;
  switch (proof.factor) {
    case 'totp': {
      const { appId, step } = proof;
      const app = apps[appId];
      return app ? { ...factors, apps: { ...apps, [appId]: { ...app, lastStep: step } } } : factors;
    }
    case 'recovery_code': {
      const { [proof.hash]: _, ...left } = recoveryCodes;
      return { ...factors, recoveryCodes: left, usedRecoveryCodes: [...usedRecoveryCodes, proof.hash] };
    }
    case 'sms':
      return factors;
  }
};
