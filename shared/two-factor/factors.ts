import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';
import type { FactorProof } from './match-factor.ts';

const appSchema = z.object({
  name: z.string(),
  /** Encrypted. */
  secret: z.string(),
  /** The last time step that was accepted (RFC 6238 §5.2). */
  lastStep: z.int(),
  /** The last step in the future that the owner was told of; absent where there was none. */
  toldOfStep: z.optional(z.int()),
  enrolledAtEpochSeconds: z.int(),
});

/** The row of an account's second factors. */
export const factorsRow = defineRow({
  table: 'credentials',
  word: 'ACCOUNT',
  sortKey: () => 'FACTORS',
  shape: {
    apps: z.record(z.string(), appSchema),
    sms: z.nullable(z.object({ phoneNumber: z.string(), country: z.string(), enrolledAtEpochSeconds: z.int() })),
    /** Keyed hashes; a code that was used is gone. */
    recoveryCodes: z.record(z.string(), z.literal(1)),
    /** The hashes of those that were used, the latest last, so that no undo brings one back; absent where none was. */
    usedRecoveryCodes: z.optional(z.array(z.string())),
    /** One more at every change of what is switched on; codes that are used up don't count. */
    changes: z.int(),
  },
});

/** An authenticator app of an account. */
type AuthenticatorApp = z.infer<typeof appSchema>;

/** The second factors of an account. */
export type Factors = RowOf<typeof factorsRow>;

/** What an account has that never switched anything on. */
const NO_FACTORS: Factors = { apps: {}, sms: null, recoveryCodes: {}, changes: 0 };

/** @param item `null` where nothing was ever switched on */
export const parseFactors = (item: Item | null): Factors => (item ? factorsRow.parse(item) : NO_FACTORS);

const { when } = factorsRow;

const asMap = (hashes: readonly string[]): Record<string, 1> => Object.fromEntries(hashes.map((hash) => [hash, 1]));

/** As many used codes are remembered as ten sets have: an undo goes back seven days. */
const USED_CODES_KEPT = 100;

/** Notes the time step of an accepted code; loses when that step or a later one was noted: a code works once. */
const acceptStepWrite = ({ accountId, appId, step }: { accountId: string; appId: string; step: number }): Write =>
  factorsRow.updateWrite(
    factorsRow.key(accountId),
    { setAt: [[['apps', appId, 'lastStep'], step]] },
    when.below(['apps', appId, 'lastStep'], step),
  );

/** Notes that the owner was told of a step in the future. Loses when the owner was told of it before, or the app has moved on. */
export const noteToldWrite = ({ accountId, appId, step }: { accountId: string; appId: string; step: number }): Write =>
  factorsRow.updateWrite(
    factorsRow.key(accountId),
    { setAt: [[['apps', appId, 'toldOfStep'], step]] },
    when.and(
      when.is(['apps', appId, 'lastStep'], step),
      when.or(when.lacks(['apps', appId, 'toldOfStep']), when.isNot(['apps', appId, 'toldOfStep'], step)),
    ),
  );

/** Uses a recovery code up; loses when it is gone. */
const useRecoveryCodeWrite = ({ accountId, hash }: { accountId: string; hash: string }): Write =>
  factorsRow.updateWrite(
    factorsRow.key(accountId),
    { remove: [['recoveryCodes', hash]], append: { usedRecoveryCodes: [hash] } },
    when.has(['recoveryCodes', hash]),
  );

/** Loses when the number is not (any more) the one that codes go to. */
const requireSmsWrite = ({ accountId, phoneNumber }: { accountId: string; phoneNumber: string }): Write =>
  factorsRow.checkWrite(factorsRow.key(accountId), when.is(['sms', 'phoneNumber'], phoneNumber));

/** Loses where any second factor is on: for who must know it and read no credential. */
export const requireSwitchedOffWrite = (accountId: string): Write =>
  factorsRow.checkWrite(
    factorsRow.key(accountId),
    when.or(when.isNew, when.and(when.is('sms', null), when.is('apps', {}))),
  );

/** Notes what a right code proved; loses when the same proof was noted before: a code works once. */
export const acceptProofWrite = (accountId: string, proof: FactorProof): Write => {
  switch (proof.factor) {
    case 'totp':
      return acceptStepWrite({ accountId, ...proof });
    case 'recovery_code':
      return useRecoveryCodeWrite({ accountId, ...proof });
    case 'sms':
      return requireSmsWrite({ accountId, ...proof });
  }
};

/** What to change of an account's factors, all at once. */
export interface FactorsChange {
  /** Left out where apps stay as they are. */
  app?: { appId: string; app: AuthenticatorApp };
  removedAppIds?: readonly string[];
  /** `null` switches codes by SMS off. */
  sms?: Factors['sms'];
  /** A new set in place of the old one; empty to have none. */
  recoveryCodeHashes?: readonly string[];
}

/** Changes factors on the condition that they are as they were read: of two concurrent changes one wins. */
export const changeFactorsWrite = ({
  accountId,
  seen,
  change,
}: {
  accountId: string;
  seen: Factors;
  change: FactorsChange;
}): Write => {
  const { app, removedAppIds = [], sms, recoveryCodeHashes } = change;
  return factorsRow.updateWrite(
    factorsRow.key(accountId),
    {
      set: {
        sms,
        recoveryCodes: recoveryCodeHashes && asMap(recoveryCodeHashes),
        usedRecoveryCodes: recoveryCodeHashes && seen.usedRecoveryCodes?.slice(-USED_CODES_KEPT),
      },
      setAt: app ? [[['apps', app.appId], app.app]] : [],
      increase: { changes: 1 },
      remove: removedAppIds.map((appId) => ['apps', appId] as const),
    },
    when.is('changes', seen.changes),
  );
};

/**
 * Puts other factors in the place of those that were read, with the codes that are used up and the steps that are accepted; loses where any
 * of that has changed since.
 *
 * @returns no write where there never was a factor, neither then nor now
 */
export const replaceFactorsWrites = ({
  accountId,
  seen,
  factors,
}: {
  accountId: string;
  seen: Factors;
  factors: Factors;
}): Write[] => {
  const isNone = [seen, factors].every(({ apps, sms }) => Object.keys(apps).length === 0 && sms === null);
  if (isNone && seen.changes === 0) return [];
  const { apps, recoveryCodes, changes } = seen;
  const isUnchanged = when.and(
    when.is('changes', changes),
    when.is('apps', apps),
    when.is('recoveryCodes', recoveryCodes),
  );
  return [factorsRow.putWrite(factorsRow.key(accountId), factors, isUnchanged)];
};

/** Makes sure that an account has a row to change; loses, harmlessly, where it has one. */
export const prepareFactorsWrite = (accountId: string): Extract<Write, { kind: 'put' }> =>
  factorsRow.putWrite(factorsRow.key(accountId), NO_FACTORS, when.isNew);

/** The factors of accounts, for who only reads them. */
export interface FactorStore {
  /** @throws StoreUnavailable */
  find(accountId: string): Promise<Factors>;
}

/** Opens the factors. */
export const makeFactorStore = ({ dynamo }: { dynamo: Dynamo }): FactorStore => ({
  find: async (accountId) => parseFactors(await dynamo.get('credentials', factorsRow.key(accountId))),
});
