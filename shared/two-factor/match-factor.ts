import type { SecondFactor } from '../contract/factor-names.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { type FactorSecrets, makeFactorSecrets } from './factor-secrets.ts';
import { findStep, type StoredApps } from './find-step.ts';
import { readRecoveryCode } from './recovery-code.ts';
import { decoyCode } from './second-factors.ts';
import { matchTotp, nearMissOfTotp } from './totp.ts';

/** What a right code proved, and what has to be noted so that it proves it once. */
export type FactorProof =
  | { factor: 'totp'; appId: string; step: number }
  | { factor: 'sms'; phoneNumber: string }
  | { factor: 'recovery_code'; hash: string; left: number };

/** What a code is held against. */
export interface CodeCandidate {
  accountId: string;
  /** As typed, without spaces and hyphens. */
  code: string;
  /** What may be compared: a try was spent for each. */
  factors: readonly SecondFactor[];
  apps: StoredApps;
  recoveryCodes: Readonly<Record<string, unknown>>;
  /** The code that was sent last; `null` where none is out or it has expired. */
  sms: { verificationId: string; hash: string; phoneNumber: string } | null;
  nowSeconds: number;
}

/**
 * Holds a code against an account's factors; the caller has spent a try for each of them before.
 *
 * @returns `null` for a code that proves nothing
 * @throws KeyringOutdated as FactorSecrets does
 */
export const makeMatchFactor =
  (secrets: FactorSecrets) =>
  async ({
    accountId,
    code,
    factors,
    apps,
    recoveryCodes,
    sms,
    nowSeconds,
  }: CodeCandidate): Promise<FactorProof | null> => {
    if (factors.includes('totp')) {
      const found = await findStep(secrets, { accountId, apps }, ({ secret, lastStep: afterStep }) =>
        matchTotp({ secret, code, nowSeconds, afterStep }),
      );
      if (found) return { factor: 'totp', appId: found.appId, step: found.step };
    }
    if (factors.includes('sms') && sms && (await secrets.isSmsCode(sms.hash, code, sms))) {
      return { factor: 'sms', phoneNumber: sms.phoneNumber };
    }
    const recoveryCode = factors.includes('recovery_code') ? readRecoveryCode(code) : null;
    const [like] = Object.keys(recoveryCodes);
    if (recoveryCode === null || like === undefined) return null;
    const hash = await secrets.hashRecoveryCodeLike(like, recoveryCode, accountId);
    const known = Object.hasOwn(recoveryCodes, hash);
    return known ? { factor: 'recovery_code', hash, left: Object.keys(recoveryCodes).length - 1 } : null;
  };

export type MatchFactor = ReturnType<typeof makeMatchFactor>;

/**
 * Takes the time of a comparison that a lock refused, and compares nothing that was typed: time must not tell of the lock
 * (CWE-208).
 */
const makeMatchDecoy =
  (secrets: FactorSecrets) =>
  async (candidate: CodeCandidate): Promise<void> => {
    const code = decoyCode(candidate.code);
    await makeMatchFactor(secrets)({ ...candidate, code });
    if (!candidate.factors.includes('totp')) return;
    await findStep(secrets, candidate, ({ secret, lastStep: afterStep }) =>
      nearMissOfTotp({ secret, code, nowSeconds: candidate.nowSeconds, afterStep }),
    );
  };

export type MatchDecoy = ReturnType<typeof makeMatchDecoy>;

export const provideMatchDecoy = ({ use }: Scope & Pick<Ports, 'keyring'>): MatchDecoy =>
  makeMatchDecoy(use(makeFactorSecrets));

export const provideMatchFactor = ({ use }: Scope & Pick<Ports, 'keyring'>): MatchFactor =>
  makeMatchFactor(use(makeFactorSecrets));
