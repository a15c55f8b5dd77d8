import type { ProblemCode } from './problems.ts';

/** How long the answer to a request with an Idempotency-Key is kept for a repeat: 24 hours, or 10 minutes. */
export type KeptFor = 'day' | 'minutes';

/** What of a contract says whether answers are kept. */
interface Keeping {
  routes: readonly { method: string }[];
  keepsAnswerFor?: KeptFor | null;
}

const SAFE_METHODS: readonly string[] = ['GET'];

/** Whether a route changes something, so that a request of it may have an Idempotency-Key. @see RFC 9110 §9.2.1 */
export const isUnsafe = ({ method }: { method: string }): boolean => !SAFE_METHODS.includes(method);

/** How long a flow's answers are kept for repeats; `null` where none is. */
export const keptFor = ({ routes, keepsAnswerFor = 'day' }: Keeping): KeptFor | null =>
  routes.some(isUnsafe) ? keepsAnswerFor : null;

/** What keeping answers adds to a contract: every flow with an unsafe method does it, so none can forget to say so. */
export const withKeptAnswers = <
  Declared extends Keeping & { problems: readonly ProblemCode[]; tables: { tokens?: object } },
>(
  contract: Declared,
): Declared => {
  if (keptFor(contract) === null) return contract;
  const { problems, tables } = contract;
  return {
    ...contract,
    problems: [...new Set([...problems, 'conflict', 'idempotency-mismatch'])],
    tables: {
      ...tables,
      tokens: { ...tables.tokens, IDEMPOTENCY: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
    },
  };
};
