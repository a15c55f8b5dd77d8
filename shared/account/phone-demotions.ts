import type { Condition } from '../aws/conditions.ts';
import type { Item, Write } from '../aws/dynamo.ts';
import { accountRow } from './accounts.ts';
import type { Refusals } from './phone-claim-attempts.ts';

/** What the proof of a number by one account takes from others. */
export interface Demotions {
  /** E.164. */
  e164: string;
  /** Whose profile says from then on that its number is not verified any more; `null` for none. */
  verified: string | null;
  /** Which the number recovers no more; `null` for none. */
  recovered: string | null;
  /** Of which the claim says so, and that must not have chosen the number for recovery meanwhile; `null` for none. */
  unrecovered: string | null;
  /** That have the number no more, and must not have proven it again meanwhile. */
  gone: readonly string[];
}

const { when } = accountRow;

const hasNumber = (e164: string): Condition => when.is(['phone', 'e164'], e164);
const lacksNumber = (e164: string): Condition =>
  when.or(when.lacks(['phone', 'e164']), when.isNot(['phone', 'e164'], e164));
const isRecoveredBy = (e164: string): Condition => when.is(['recoveryPhone', 'e164'], e164);
const isNotRecoveredBy = (e164: string): Condition =>
  when.or(when.lacks(['recoveryPhone', 'e164']), when.isNot(['recoveryPhone', 'e164'], e164));

const accountsOf = ({ verified, recovered, unrecovered, gone }: Demotions): string[] => [
  ...new Set([...gone, verified, recovered, unrecovered].filter((accountId) => accountId !== null)),
];

/** One write for each of the accounts: a transaction takes one of a row. */
export const demotionWrites = (demotions: Demotions, nowSeconds: number): Write[] => {
  const { e164, verified, recovered, unrecovered, gone } = demotions;
  return accountsOf(demotions).map((accountId) => {
    const conditions = [
      ...(gone.includes(accountId) ? [lacksNumber(e164)] : []),
      ...(accountId === verified ? [hasNumber(e164)] : []),
      ...(accountId === recovered ? [isRecoveredBy(e164)] : []),
      ...(accountId === unrecovered ? [isNotRecoveredBy(e164)] : []),
    ];
    const key = accountRow.key(accountId);
    if (accountId !== verified && accountId !== recovered) return accountRow.checkWrite(key, when.and(...conditions));
    return accountRow.updateWrite(
      key,
      {
        ...(accountId === verified && { setAt: [[['phone', 'isVerified'], false]] }),
        ...(accountId === recovered && { remove: ['recoveryPhone'] }),
        set: { updatedAtEpochSeconds: nowSeconds },
        increase: { profileVersion: 1 },
      },
      when.and(...conditions),
    );
  });
};

/** What a refused write shows of its account. @param current as it is; `null` for an account that is gone */
const shownBy = (current: Item | null, e164: string): { hasNumber: boolean; isRecoveredBy: boolean } => {
  const row = current && accountRow.parse(current);
  return { hasNumber: row?.phone?.e164 === e164, isRecoveredBy: row?.recoveryPhone?.e164 === e164 };
};

/** What refused demotions show: whose claims were left by functions that knew less of them. */
export const staleBy = (refusals: Refusals, demotions: Demotions) => {
  const { e164, verified, recovered } = demotions;
  const shown = accountsOf(demotions).flatMap((accountId, index) => {
    const refusal = refusals[index];
    return refusal ? [{ accountId, ...shownBy(refusal.current, e164) }] : [];
  });
  return {
    gone: shown.filter((one) => one.accountId === verified && !one.hasNumber).map((one) => one.accountId),
    isRecoveryStale: shown.some((one) => one.accountId === recovered && !one.isRecoveredBy),
  };
};
