import * as z from 'zod/mini';
import type { Dynamo, Item, Key, Write } from '../aws/dynamo.ts';
import { type RowOf, rowSchema, rowStamp } from '../aws/row.ts';
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
export const factorsRow = rowSchema({
  apps: z.record(z.string(), appSchema),
  sms: z.nullable(z.object({ phoneNumber: z.string(), country: z.string(), enrolledAtEpochSeconds: z.int() })),
  /** Keyed hashes; a code that was used is gone. */
  recoveryCodes: z.record(z.string(), z.literal(1)),
  /** One more at every change of what is switched on; codes that are used up don't count. */
  changes: z.int(),
});

/** An authenticator app of an account. */
type AuthenticatorApp = z.infer<typeof appSchema>;

/** The second factors of an account. */
export type Factors = RowOf<typeof factorsRow>;

/** What an account has that never switched anything on. */
const NO_FACTORS: Factors = { apps: {}, sms: null, recoveryCodes: {}, changes: 0 };

export const factorsKey = (accountId: string): Key => ({ pk: `ACCOUNT#${accountId}`, sk: 'FACTORS' });

/** @param item `null` where nothing was ever switched on */
export const parseFactors = (item: Item | null): Factors => (item ? factorsRow.parse(item) : NO_FACTORS);

type FactorsUpdate = Extract<Write, { kind: 'update' }>;

const update = (
  accountId: string,
  parts: Pick<FactorsUpdate, 'update' | 'condition' | 'values' | 'names'>,
): FactorsUpdate => ({
  kind: 'update',
  table: 'credentials',
  key: factorsKey(accountId),
  ...parts,
});

const asMap = (hashes: readonly string[]): Record<string, 1> => Object.fromEntries(hashes.map((hash) => [hash, 1]));

/** Notes the time step of an accepted code; loses when that step or a later one was noted: a code works once. */
const acceptStepWrite = ({ accountId, appId, step }: { accountId: string; appId: string; step: number }): Write =>
  update(accountId, {
    update: 'SET #apps.#app.#lastStep = :step',
    condition: '#apps.#app.#lastStep < :step',
    names: { '#app': appId },
    values: { ':step': step },
  });

/** Notes that the owner was told of a step in the future. Loses when the owner was told of it before, or the app has moved on. */
export const noteToldWrite = ({ accountId, appId, step }: { accountId: string; appId: string; step: number }): Write =>
  update(accountId, {
    update: 'SET #apps.#app.#toldOfStep = :step',
    condition:
      '#apps.#app.#lastStep = :step AND (attribute_not_exists(#apps.#app.#toldOfStep) OR #apps.#app.#toldOfStep <> :step)',
    names: { '#app': appId },
    values: { ':step': step },
  });

/** Uses a recovery code up; loses when it is gone. */
const useRecoveryCodeWrite = ({ accountId, hash }: { accountId: string; hash: string }): Write =>
  update(accountId, {
    update: 'REMOVE #recoveryCodes.#hash',
    condition: 'attribute_exists(#recoveryCodes.#hash)',
    names: { '#hash': hash },
  });

/** Loses when the number is not (any more) the one that codes go to. */
const requireSmsWrite = ({ accountId, phoneNumber }: { accountId: string; phoneNumber: string }): Write => ({
  kind: 'check',
  table: 'credentials',
  key: factorsKey(accountId),
  condition: '#sms.#phoneNumber = :number',
  values: { ':number': phoneNumber },
});

/** Loses where codes by SMS are on or, asked for everything, any second factor: for who must know it and read no credential. */
export const requireSwitchedOffWrite = ({
  accountId,
  which,
}: {
  accountId: string;
  which: 'sms' | 'everything';
}): Write => ({
  kind: 'check',
  table: 'credentials',
  key: factorsKey(accountId),
  condition: `attribute_not_exists(#pk) OR #sms = :none${which === 'everything' ? ' AND #apps = :noApps' : ''}`,
  values: { ':none': null, ...(which === 'everything' && { ':noApps': {} }) },
});

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

/** Changes factors, on the condition that nobody has since they were read: of two changes at once one wins. */
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
  const sets = [
    app && '#apps.#added = :app',
    sms !== undefined && '#sms = :sms',
    recoveryCodeHashes && '#recoveryCodes = :codes',
    '#changes = #changes + :one',
  ].filter(Boolean);
  const removed = removedAppIds.map((_, index) => `#apps.#removed${index}`);
  return update(accountId, {
    update: `SET ${sets.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`,
    condition: '#changes = :seen',
    names: {
      ...(app && { '#added': app.appId }),
      ...Object.fromEntries(removedAppIds.map((appId, index) => [`#removed${index}`, appId])),
    },
    values: {
      ':one': 1,
      ':seen': seen.changes,
      ...(app && { ':app': app.app }),
      ...(sms !== undefined && { ':sms': sms }),
      ...(recoveryCodeHashes && { ':codes': asMap(recoveryCodeHashes) }),
    },
  });
};

/** Makes sure that an account has a row to change; loses, harmlessly, where it has one. */
export const prepareFactorsWrite = (accountId: string): Extract<Write, { kind: 'put' }> => ({
  kind: 'put',
  table: 'credentials',
  item: { ...factorsKey(accountId), ...rowStamp, ...NO_FACTORS },
  condition: 'attribute_not_exists(#pk)',
});

/** The factors of accounts, for who only reads them. */
export interface FactorStore {
  find(accountId: string): Promise<Factors>;
}

/** Opens the factors. */
export const makeFactorStore = ({ dynamo }: { dynamo: Dynamo }): FactorStore => ({
  find: async (accountId) => parseFactors(await dynamo.get('credentials', factorsKey(accountId))),
});
