import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';

/** The row of a password's hash: argon2id as a PHC string. */
export const passwordRow = defineRow({
  table: 'credentials',
  word: 'ACCOUNT',
  sortKey: () => 'PASSWORD',
  shape: {
    phc: z.string(),
    /** Present where a reset set it: until then one sign-in from a new device needs no code by mail (docs/adr/0066). */
    resetProvenUntilEpochSeconds: z.optional(z.int()),
  },
});

/** The first password of an account; loses to one that is there. @param phc argon2id, PHC string */
export const createPasswordWrite = ({ accountId, phc }: { accountId: string; phc: string }): Write =>
  passwordRow.putWrite(passwordRow.key(accountId), { phc }, passwordRow.when.isNew);

/**
 * A new password in place of the one before; the transaction that it belongs to decides who may set it.
 *
 * @param password.resetProvenUntilEpochSeconds left out where no reset sets it
 */
export const setPasswordWrite = ({
  accountId,
  ...password
}: {
  accountId: string;
  phc: string;
  resetProvenUntilEpochSeconds?: number;
}): Write => passwordRow.putWrite(passwordRow.key(accountId), password, passwordRow.when.exists);

/** Uses up what a reset has proven; of any number of sign-ins one wins. */
export const useResetProofWrite = (accountId: string, untilEpochSeconds: number): Write => {
  const { key, when } = passwordRow;
  const isUnused = when.is('resetProvenUntilEpochSeconds', untilEpochSeconds);
  return passwordRow.updateWrite(key(accountId), { remove: ['resetProvenUntilEpochSeconds'] }, isUnused);
};
