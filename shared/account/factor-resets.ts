import type { Dynamo, Item, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Account, accountRow, parseAccount } from './accounts.ts';
import { type FactorReset, factorResetRow, factorResetTokenRow } from './factor-reset-rows.ts';

/** A reset that waits, and its account. */
interface WaitingReset {
  account: Account;
  reset: FactorReset;
}

/** @param item `null` where there is none @returns `null` where none waits, or its time is over */
export const parseFactorReset = (item: Item | null, nowSeconds: number): FactorReset | null => {
  const reset = item && factorResetRow.parse(item);
  return reset && !isExpired(reset, nowSeconds) ? reset : null;
};

/**
 * Takes a reset away: by the one who stops it or the one who does it, of whom one wins.
 *
 * @param isOver whether its wait has to be over
 */
export const consumeFactorResetWrite = (
  accountId: string,
  { resetId }: Pick<FactorReset, 'resetId'>,
  { nowSeconds, isOver = false }: { nowSeconds: number; isOver?: boolean },
): Write => {
  const { and, is, atMost } = factorResetRow.when;
  const isThis = is('resetId', resetId);
  const when = isOver ? and(isThis, atMost('waitsUntilEpochSeconds', nowSeconds)) : isThis;
  return factorResetRow.consumeWrite(factorResetRow.key(accountId), nowSeconds, when);
};

/** Resets of second factors, for the owner who stops one. */
export interface FactorResets {
  /** The one of an account. @returns `null` where none waits, or its time is over @throws StoreUnavailable */
  findOf(accountId: string): Promise<FactorReset | null>;
  /** @returns `null` for a token that is unknown, or whose reset was done, stopped or replaced, or is over @throws StoreUnavailable */
  find(tokenHash: string): Promise<WaitingReset | null>;
  /** @returns whether this was the one to stop it; `false` also where it was done meanwhile @throws StoreUnavailable */
  stop(stopped: WaitingReset & { writes: readonly Write[] }): Promise<boolean>;
}

/** Opens them. */
export const makeFactorResets = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): FactorResets => ({
  findOf: async (accountId) =>
    parseFactorReset(await dynamo.get('tokens', factorResetRow.key(accountId)), clock.nowSeconds()),

  find: async (tokenHash) => {
    const nowSeconds = clock.nowSeconds();
    const item = await dynamo.get('tokens', factorResetTokenRow.key(tokenHash));
    const token = item && factorResetTokenRow.parse(item);
    if (!token || isExpired(token, nowSeconds)) return null;
    const { accountId, resetId } = token;
    const [resetItem = null, accountItem = null] = await dynamo.transactGet([
      factorResetRow.at(accountId),
      accountRow.at(accountId),
    ]);
    const reset = parseFactorReset(resetItem, nowSeconds);
    return reset?.resetId === resetId && accountItem ? { reset, account: parseAccount(accountItem) } : null;
  },

  stop: async ({ account: { accountId }, reset, writes }) => {
    const taken = consumeFactorResetWrite(accountId, reset, { nowSeconds: clock.nowSeconds() });
    return (await dynamo.transact([taken, ...writes])).won;
  },
});
