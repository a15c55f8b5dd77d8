import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';

/** The row of a password's hash: argon2id as a PHC string. */
export const passwordRow = defineRow({
  table: 'credentials',
  word: 'ACCOUNT',
  sortKey: () => 'PASSWORD',
  shape: { phc: z.string() },
});

/** The first password of an account; loses to one that is there. @param phc argon2id, PHC string */
export const createPasswordWrite = ({ accountId, phc }: { accountId: string; phc: string }): Write =>
  passwordRow.putWrite(passwordRow.key(accountId), { phc }, passwordRow.when.isNew);

/** A new password in place of the one before; the transaction that it belongs to decides who may set it. */
export const setPasswordWrite = ({ accountId, phc }: { accountId: string; phc: string }): Write =>
  passwordRow.putWrite(passwordRow.key(accountId), { phc }, passwordRow.when.exists);
