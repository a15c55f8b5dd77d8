import type { Clock } from '../../shared/primitives/clock.ts';

/** As long as DynamoDB remembers them. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const REMEMBERED_MS = 10 * 60 * 1000;

/** What came of a transaction: it is stored, or the database ended before it said so. */
type TokenOutcome = 'stored' | 'unknown';

/** Remembers transactions by their request token, for the SDK repeats what it got no answer to. */
export interface RequestTokens {
  /** @returns `null` for a token that is new */
  outcomeOf(token: unknown): TokenOutcome | null;
  note(token: unknown, outcome: TokenOutcome): void;
}

/** The database's own memory of tokens ends with its process; this one does not. */
export const makeRequestTokens = ({ clock }: { clock: Clock }): RequestTokens => {
  const noted = new Map<unknown, { outcome: TokenOutcome; atMs: number }>(); // the oldest first

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
