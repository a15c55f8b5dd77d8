import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import type { LimitWindow } from './rate-limit.ts';

/** The counter of one window, by the MAC of what is counted. */
const limitRow = defineRow({
  table: 'tokens',
  word: 'LIMIT',
  sortKey: () => 'LIMIT',
  shape: { used: z.int(), expiresAtEpochSeconds: z.int() },
});

/** Counts one in a window; the condition fails when none is left, and there is none where the window refuses nothing. */
export const spendWindowWrite = ({
  key,
  max,
  endsAtEpochSeconds,
}: Pick<LimitWindow, 'key' | 'max' | 'endsAtEpochSeconds'>): Write => {
  const { or, lacks, below } = limitRow.when;
  return limitRow.upsertWrite(
    limitRow.key(key),
    { set: { expiresAtEpochSeconds: endsAtEpochSeconds }, add: { used: 1 } },
    max === null ? undefined : or(lacks('used'), below('used', max)),
  );
};
