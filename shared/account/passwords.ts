import * as z from 'zod/mini';
import type { Key, Write } from '../aws/dynamo.ts';
import { rowSchema, rowStamp } from '../aws/row.ts';

/** The row of a password's hash. */
export const passwordRow = rowSchema({ phc: z.string() });

/** Where the hash of an account's password is. */
export const passwordKey = (accountId: string): Key => ({ pk: `ACCOUNT#${accountId}`, sk: 'PASSWORD' });

/** The first password of an account; loses to one that is there. @param phc argon2id, PHC string */
export const createPasswordWrite = ({ accountId, phc }: { accountId: string; phc: string }): Write => ({
  kind: 'put',
  table: 'credentials',
  item: { ...passwordKey(accountId), ...rowStamp, phc },
  condition: 'attribute_not_exists(#pk)',
});

/** A new password in place of whatever it was; rides with a write that decides who may set it. */
export const setPasswordWrite = ({ accountId, phc }: { accountId: string; phc: string }): Write => ({
  kind: 'put',
  table: 'credentials',
  item: { ...passwordKey(accountId), ...rowStamp, phc },
  condition: 'attribute_exists(#pk)',
});
