import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import type { RowOf } from '../aws/row.ts';

/** The row of a password's hash: argon2id as a PHC string. */
export const passwordRow = defineRow({
  table: 'credentials',
  word: 'ACCOUNT',
  sortKey: () => 'PASSWORD',
  shape: {
    phc: z.string(),
    /** The account's, which began as it was set: later epochs have the same password. Absent where release 0.1.0 wrote the row. */
    epoch: z.optional(z.int()),
    /** Present where a reset set it: until then one sign-in from a new device needs no code by mail (docs/adr/0066). */
    resetProvenUntilEpochSeconds: z.optional(z.int()),
  },
});

/** A password as it is set. */
interface SetPassword {
  accountId: string;
  /** argon2id, PHC string. */
  phc: string;
  /** The account's, which begins as it is set. */
  epoch: number;
}

/** The first password of an account; loses to one that is there. */
export const createPasswordWrite = ({ accountId, ...password }: SetPassword): Write =>
  passwordRow.putWrite(passwordRow.key(accountId), password, passwordRow.when.isNew);

/**
 * Whether a password is the one of an epoch: it was set then or before. Of one that doesn't say when, it is so: the release that wrote it
 * knew of nothing that asks.
 */
export const isPasswordOf = ({ epoch = 0 }: RowOf<typeof passwordRow>, asked: number): boolean => epoch <= asked;

/**
 * A new password in place of the one before; the transaction that it belongs to decides who may set it.
 *
 * @param password.resetProvenUntilEpochSeconds left out where no reset sets it
 * @param of the epoch whose password may be replaced: loses where another was set since ({@link isPasswordOf}); left out for any
 */
export const setPasswordWrite = (
  { accountId, ...password }: SetPassword & { resetProvenUntilEpochSeconds?: number },
  of?: number,
): Write => {
  const { and, or, exists, lacks, atMost } = passwordRow.when;
  const isReplaceable = of === undefined ? exists : and(exists, or(lacks('epoch'), atMost('epoch', of)));
  return passwordRow.putWrite(passwordRow.key(accountId), password, isReplaceable);
};

/** Uses up what a reset has proven; of any number of sign-ins one wins. */
export const useResetProofWrite = (accountId: string, untilEpochSeconds: number): Write => {
  const { key, when } = passwordRow;
  const isUnused = when.is('resetProvenUntilEpochSeconds', untilEpochSeconds);
  return passwordRow.updateWrite(key(accountId), { remove: ['resetProvenUntilEpochSeconds'] }, isUnused);
};
