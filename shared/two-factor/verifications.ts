import * as z from 'zod/mini';
import { type Account, accountKey, parseAccount, requireEpochWrite } from '../account/accounts.ts';
import type { Dynamo, Item, Key, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf, rowSchema, rowStamp } from '../aws/row.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Factors, factorsKey, parseFactors } from './factors.ts';

const verificationRow = rowSchema(
  {
    verificationId: z.string(),
    purpose: z.enum(['sign-in', 'reauthenticate', 'factor', 'phone']),
    accountId: z.nullable(z.string()),
    epoch: z.nullable(z.int()),
    /** E.164; `null` where codes go to the account's own number. */
    phoneNumber: z.nullable(z.string()),
    country: z.nullable(z.string()),
    /** Of several requests for one number by one source the newest counts; `null` where that is no question. */
    series: z.nullable(z.string()),
    deviceName: z.nullable(z.string()),
    codeHash: z.nullable(z.string()),
    codeNumber: z.nullable(z.string()),
    codeCountry: z.nullable(z.string()),
    codeExpiresAtEpochSeconds: z.nullable(z.int()),
    codeRequestedAtMs: z.int(),
    tries: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
  // From before the newest of several counted.
  { 1: (older) => ({ series: null, ...older }) },
);

/** Something that a code shall prove: a sign-in, a number that becomes a factor, or just a number. */
export type Verification = RowOf<typeof verificationRow>;

export const verificationKey = (verificationId: string): Key => ({
  pk: `VERIFICATION#${verificationId}`,
  sk: 'VERIFICATION',
});

export const parseVerification = (item: Item): Verification => verificationRow.parse(item);

/** What is known of one that begins; without a series where that is no question. */
export type NewVerification = Pick<
  Verification,
  | 'verificationId'
  | 'purpose'
  | 'accountId'
  | 'epoch'
  | 'phoneNumber'
  | 'country'
  | 'deviceName'
  | 'expiresAtEpochSeconds'
> &
  Partial<Pick<Verification, 'series'>>;

/** What a code for a sign-in is held against. */
export interface SignInAttempt {
  verification: Verification;
  account: Account;
  factors: Factors;
}

/** The row of a new one, to ride with what checks that it may begin. */
export const createVerificationWrite = (verification: NewVerification): Write => ({
  kind: 'put',
  table: 'tokens',
  item: {
    ...verificationKey(verification.verificationId),
    ...rowStamp,
    series: null,
    ...verification,
    codeHash: null,
    codeNumber: null,
    codeCountry: null,
    codeExpiresAtEpochSeconds: null,
    codeRequestedAtMs: 0,
    tries: 0,
  },
  // A session has one at a time, and a newer one takes its place; the failures that count lie with the account.
  ...(verification.purpose === 'sign-in' || verification.purpose === 'phone'
    ? { condition: 'attribute_not_exists(#pk)' }
    : {}),
});

/** Ends one, whatever it proved: loses when it is over or somebody else has ended it. */
export const consumeVerificationWrite = (
  { verificationId }: { verificationId: string },
  nowSeconds: number,
): Write => ({
  kind: 'delete',
  table: 'tokens',
  key: verificationKey(verificationId),
  condition: 'attribute_exists(#pk) AND #expiresAtEpochSeconds > :now',
  values: { ':now': nowSeconds },
});

/** A code that is out: what a typed one is held against. */
export interface SentCode {
  verificationId: string;
  hash: string;
  phoneNumber: string;
  country: string;
}

/** @returns `null` where none was sent, or the last one is not good any more */
export const sentCode = (verification: Verification, nowSeconds: number): SentCode | null => {
  const { verificationId, codeHash, codeNumber, codeCountry, codeExpiresAtEpochSeconds } = verification;
  if (codeHash === null || codeNumber === null || codeCountry === null) return null;
  const isOut = (codeExpiresAtEpochSeconds ?? 0) > nowSeconds;
  return isOut ? { verificationId, hash: codeHash, phoneNumber: codeNumber, country: codeCountry } : null;
};

/** Verifications. */
export interface Verifications {
  /**
   * Begins one in the epoch that its account was read in, with the writes that belong to it.
   * @returns `false` when the account has left it since
   */
  begin(
    verification: NewVerification & { accountId: string; epoch: number },
    writes?: readonly Write[],
  ): Promise<boolean>;
  /**
   * Reads what a code for a sign-in is held against. Its counters are spent at the same time, so rows are read one by one:
   * what is decided on them is a condition of the write that follows.
   * @returns `null` where the challenge, the account or its epoch is gone, or the challenge is another account's
   */
  readForSignIn(challenge: { verificationId: string; accountId: string }): Promise<SignInAttempt | null>;
  /**
   * Stores the hash of a code that is about to be sent, in place of the one before.
   * @returns `false` where a newer request has been answered already, or the verification is over
   */
  setCode(code: SentCode & { requestedAtMs: number; expiresAtEpochSeconds: number }): Promise<boolean>;
  /** The code that was sent last for a session to be proven again. @returns `null` where none is out in its epoch, or not any more */
  findCode(session: { sessionId: string; epoch: number }): Promise<SentCode | null>;
  /** Ends one together with other writes. @returns `false` for all but one of any number of attempts */
  consume(verification: { verificationId: string }, writes: readonly Write[]): Promise<boolean>;
  /** @returns `null` for one that is unknown, used or expired */
  find(verificationId: string): Promise<Verification | null>;
}

/** Opens the verifications. */
export const makeVerifications = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Verifications => {
  const find: Verifications['find'] = async (verificationId) => {
    const item = await dynamo.get('tokens', verificationKey(verificationId));
    const verification = item && parseVerification(item);
    return verification && !isExpired(verification, clock.nowSeconds()) ? verification : null;
  };

  return {
    begin: async (verification, writes = []) =>
      (await dynamo.transact([requireEpochWrite(verification), createVerificationWrite(verification), ...writes])).won,

    readForSignIn: async ({ verificationId, accountId }) => {
      const [verificationItem, accountItem, factorsItem] = await dynamo.batchGet([
        { table: 'tokens', key: verificationKey(verificationId) },
        { table: 'accounts', key: accountKey(accountId) },
        { table: 'credentials', key: factorsKey(accountId) },
      ]);
      if (!verificationItem || !accountItem) return null;
      const verification = parseVerification(verificationItem);
      const account = parseAccount(accountItem);
      const isGood =
        verification.purpose === 'sign-in' &&
        // A seal alone must not join one account's challenge, whose password was right, to another account.
        verification.accountId === accountId &&
        verification.epoch === account.epoch &&
        !isExpired(verification, clock.nowSeconds());
      return isGood ? { verification, account, factors: parseFactors(factorsItem ?? null) } : null;
    },

    find: (verificationId) => find(verificationId),

    consume: async (verification, writes) =>
      (await dynamo.transact([consumeVerificationWrite(verification, clock.nowSeconds()), ...writes])).won,

    setCode: async ({ verificationId, hash, phoneNumber, country, requestedAtMs, expiresAtEpochSeconds }) => {
      const result = await dynamo.write({
        kind: 'update',
        table: 'tokens',
        key: verificationKey(verificationId),
        update:
          'SET #codeHash = :hash, #codeNumber = :number, #codeCountry = :country, #codeExpiresAtEpochSeconds = :end, #codeRequestedAtMs = :at',
        condition: '#expiresAtEpochSeconds > :now AND #codeRequestedAtMs <= :at',
        values: {
          ':hash': hash,
          ':number': phoneNumber,
          ':country': country,
          ':end': expiresAtEpochSeconds,
          ':at': requestedAtMs,
          ':now': clock.nowSeconds(),
        },
      });
      return result.won;
    },

    findCode: async ({ sessionId, epoch }) => {
      const verification = await find(sessionId);
      const isOwn = verification?.purpose === 'reauthenticate' && verification.epoch === epoch;
      return isOwn ? sentCode(verification, clock.nowSeconds()) : null;
    },
  };
};

export const provideFindVerification = ({ use }: Scope & Pick<Ports, 'dynamo'>): Verifications['find'] =>
  use(makeVerifications).find;
