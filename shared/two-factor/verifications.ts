import * as z from 'zod/mini';
import { type Account, accountRow, parseAccount, requireEpochWrite } from '../account/accounts.ts';
import type { Condition } from '../aws/conditions.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf } from '../aws/row.ts';
import { NUMBER_PURPOSES } from '../contract/number-purposes.ts';
import { type Devices, devicesRow, parseDevices } from '../devices/devices.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Factors, factorsRow, parseFactors } from './factors.ts';

/** The row of a verification. */
export const verificationRow = defineRow({
  table: 'tokens',
  word: 'VERIFICATION',
  sortKey: () => 'VERIFICATION',
  shape: {
    verificationId: z.string(),
    purpose: z.enum(['sign-in', 'reauthenticate', 'phone', ...NUMBER_PURPOSES]),
    accountId: z.nullable(z.string()),
    epoch: z.nullable(z.int()),
    /** E.164; `null` where codes go to the account's own number. */
    phoneNumber: z.nullable(z.string()),
    country: z.nullable(z.string()),
    /** Of several requests for one number by one source the newest counts; `null` where that is no question. */
    series: z.nullable(z.string()),
    deviceName: z.nullable(z.string()),
    /** The known device that the password of a sign-in came from; absent for another. */
    deviceId: z.optional(z.string()),
    codeHash: z.nullable(z.string()),
    /** What the code is derived from; absent before there is one, and where release 0.1.0 drew the code. */
    codeSalt: z.optional(z.string()),
    codeNumber: z.nullable(z.string()),
    codeCountry: z.nullable(z.string()),
    codeExpiresAtEpochSeconds: z.nullable(z.int()),
    codeRequestedAtMs: z.int(),
    tries: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
  // Version 1 is from before the newest of several counted.
  upgrades: { 1: (older) => ({ series: null, ...older }) },
});

/** Something that a code shall prove: a sign-in, a number that becomes a factor, or just a number. */
export type Verification = RowOf<typeof verificationRow>;

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
  Partial<Pick<Verification, 'deviceId' | 'series'>>;

/** What a code for a sign-in is held against. */
export interface SignInAttempt {
  verification: Verification;
  account: Account;
  factors: Factors;
  /** `null` where the account knows none. */
  devices: Devices | null;
}

/** The row of a new one, to ride with what checks that it may begin. @param when what may be replaced; nothing without it */
export const createVerificationWrite = (
  verification: NewVerification,
  when: Condition = verificationRow.when.isNew,
): Write =>
  verificationRow.putWrite(
    verificationRow.key(verification.verificationId),
    {
      series: null,
      ...verification,
      codeHash: null,
      codeNumber: null,
      codeCountry: null,
      codeExpiresAtEpochSeconds: null,
      codeRequestedAtMs: 0,
      tries: 0,
    },
    when,
  );

/** Ends a verification, of any purpose; loses when it is over or was ended concurrently. */
export const consumeVerificationWrite = ({ verificationId }: { verificationId: string }, nowSeconds: number): Write =>
  verificationRow.consumeWrite(verificationRow.key(verificationId), nowSeconds);

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

/** The hash of a code that went out by mail: that one has no number. @returns `null` where none did, or it is not good any more */
export const mailedCodeHash = (verification: Verification, nowSeconds: number): string | null => {
  const { codeHash, codeNumber, codeExpiresAtEpochSeconds } = verification;
  return codeNumber === null && (codeExpiresAtEpochSeconds ?? 0) > nowSeconds ? codeHash : null;
};

/** A code that a verification has not had before. */
interface NewCode {
  hash: string;
  salt: string;
  /** `null` for one that goes out by mail: the hash is bound to the address. */
  to: { e164: string; country: string } | null;
  requestedAtMs: number;
  expiresAtEpochSeconds: number;
}

/** Verifications. */
export interface Verifications {
  /**
   * Begins one in the epoch that its account was read in, with the writes that belong to it.
   * @returns `null` where it began; else why each of the writes lost, all `null` when the account has left the epoch since
   * @throws StoreUnavailable
   */
  begin(
    verification: NewVerification & { accountId: string; epoch: number },
    writes?: readonly Write[],
  ): Promise<readonly unknown[] | null>;
  /**
   * Reads what a code for a sign-in is held against. Its counters are spent at the same time, so rows are read one by one:
   * what is decided on them is a condition of the write that follows.
   * @returns `null` where the challenge, the account or its epoch is gone, or the challenge is another account's
   * @throws StoreUnavailable
   */
  readForSignIn(challenge: { verificationId: string; accountId: string }): Promise<SignInAttempt | null>;
  /**
   * Stores the salt and the hash of a code that is about to be sent, in place of the one that the verification was read with. Its
   * tries stay: a code that is sent anew gives none back.
   * @returns `false` where the verification was changed since, or is over: of any number of codes made at once one is stored
   * @throws StoreUnavailable
   */
  setCode(verification: Verification, code: NewCode): Promise<boolean>;
  /**
   * The code that was sent last for a session to be proven again.
   * @returns `null` where none is out in its epoch, or not any more
   * @throws StoreUnavailable
   */
  findCode(session: { sessionId: string; epoch: number }): Promise<SentCode | null>;
  /**
   * Ends one together with other writes.
   * @returns `false` for all but one of any number of attempts
   * @throws StoreUnavailable
   */
  consume(verification: { verificationId: string }, writes: readonly Write[]): Promise<boolean>;
  /** @returns `null` for one that is unknown, used or expired @throws StoreUnavailable */
  find(verificationId: string): Promise<Verification | null>;
}

/** Opens the verifications. */
export const makeVerifications = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Verifications => {
  const find: Verifications['find'] = async (verificationId) => {
    const item = await dynamo.get('tokens', verificationRow.key(verificationId));
    const verification = item && verificationRow.parse(item);
    return verification && !isExpired(verification, clock.nowSeconds()) ? verification : null;
  };

  return {
    begin: async (verification, writes = []) => {
      const own = [requireEpochWrite(verification), createVerificationWrite(verification)];
      const result = await dynamo.transact([...own, ...writes]);
      return result.won ? null : result.refusals.slice(own.length);
    },

    readForSignIn: async ({ verificationId, accountId }) => {
      const [verificationItem, accountItem, factorsItem = null, devicesItem = null] = await dynamo.batchGet([
        verificationRow.at(verificationId),
        accountRow.at(accountId),
        factorsRow.at(accountId),
        devicesRow.at(accountId),
      ]);
      if (!verificationItem || !accountItem) return null;
      const verification = verificationRow.parse(verificationItem);
      const account = parseAccount(accountItem);
      const isGood =
        verification.purpose === 'sign-in' &&
        // A signature alone must not join one account's challenge, whose password was right, to another account.
        verification.accountId === accountId &&
        verification.epoch === account.epoch &&
        !isExpired(verification, clock.nowSeconds());
      return isGood
        ? { verification, account, factors: parseFactors(factorsItem), devices: parseDevices(devicesItem) }
        : null;
    },

    find: (verificationId) => find(verificationId),

    consume: async (verification, writes) =>
      (await dynamo.transact([consumeVerificationWrite(verification, clock.nowSeconds()), ...writes])).won,

    setCode: async (seen, { hash, salt, to, requestedAtMs, expiresAtEpochSeconds }) => {
      const { when } = verificationRow;
      const { verificationId, purpose, epoch, phoneNumber, codeHash } = seen;
      const result = await dynamo.write(
        verificationRow.updateWrite(
          verificationRow.key(verificationId),
          {
            set: {
              codeHash: hash,
              codeSalt: salt,
              codeNumber: to?.e164 ?? null,
              codeCountry: to?.country ?? null,
              codeExpiresAtEpochSeconds: expiresAtEpochSeconds,
              codeRequestedAtMs: requestedAtMs,
            },
          },
          when.and(
            when.lives(clock.nowSeconds()),
            when.is('codeHash', codeHash),
            // A session's next verification has the same key: a code for the one before must not become its code.
            when.is('purpose', purpose),
            when.is('epoch', epoch),
            when.is('phoneNumber', phoneNumber),
            when.is('expiresAtEpochSeconds', seen.expiresAtEpochSeconds),
          ),
        ),
      );
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
