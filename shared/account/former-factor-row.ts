import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import type { GivingUp } from './phone-claim-writes.ts';

/** That a number was a factor of an account lately. The number's claim says so too: this row leads from the account to it. */
export const formerFactorRow = defineRow({
  table: 'accounts',
  word: 'ACCOUNT',
  sortKey: (e164: string) => `FORMER_FACTOR#${e164}`,
  shape: { e164: z.string(), expiresAtEpochSeconds: z.int() },
});

/** Notes a number that is given up, to ride with the write of its claim. @returns none for one that was no factor */
export const noteFormerFactorWrites = ({
  accountId,
  e164,
  formerFactorUntilEpochSeconds: until,
}: Pick<GivingUp, 'accountId' | 'e164' | 'formerFactorUntilEpochSeconds'>): Write[] =>
  until === null
    ? []
    : [formerFactorRow.putWrite(formerFactorRow.key(accountId, e164), { e164, expiresAtEpochSeconds: until })];
