import type { Clock } from '../../shared/primitives/clock.ts';

/**
 * DynamoDB's own window for idempotency.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const REMEMBERED_MS = 10 * 60 * 1000;

/** Outcome of a transaction: stored, or unknown where the database ended before it answered. */
type TokenOutcome = 'stored' | 'unknown';

/** Remembers transactions by their ClientRequestToken, which the SDK repeats on a retry. */
export interface RequestTokens {
  /** @returns `null` for a token that is new */
  outcomeOf(token: unknown): TokenOutcome | null;
  note(token: unknown, outcome: TokenOutcome): void;
}

/** Makes a memory of tokens that survives restarts of the database's process. */
export const makeRequestTokens = ({ clock }: { clock: Clock }): RequestTokens => {
  const noted = new Map<unknown, { outcome: TokenOutcome; atMs: number }>(); // oldest first

  const forgetOld = (): void => {
    for (const [token, { atMs }] of noted) {
      if (clock.nowMs() - atMs < REMEMBERED_MS) return;
      noted.delete(token);
    }
  };

  return {
    outcomeOf: (token) => noted.get(token)?.outcome ?? null,
    note: (token, outcome) => {
      if (token === undefined) return;
      forgetOld();
      noted.set(token, { outcome, atMs: clock.nowMs() });
    },
  };
};
