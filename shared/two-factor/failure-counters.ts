import type { Key, Write } from '../aws/dynamo.ts';
import type { SecondFactor } from '../contract/factor-names.ts';

/** What a try is counted against; `password` where a signed-in caller proves it again. */
export type CountedFactor = SecondFactor | 'password';

/** Where the failures of an account's factor are counted. */
export const failuresKey = (accountId: string, factor: CountedFactor): Key => ({
  pk: `ACCOUNT#${accountId}`,
  sk: `ATTEMPTS#${factor}`, // of no window: at a window's end a lock would be gone, and twenty more tries there at once
});

/**
 * The writes that forget an account's failures, to ride with what makes them meaningless: a success, or the end of what they
 * were counted for.
 */
export const forgetFailuresWrites = (accountId: string, factors: readonly CountedFactor[]): Write[] =>
  factors.map((factor) => ({ kind: 'delete', table: 'tokens', key: failuresKey(accountId, factor) }));
