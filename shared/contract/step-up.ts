import { isUnsafe } from './kept-answers.ts';
import type { ProblemCode } from './problems.ts';

/** Header with the proof that a request is bound to (docs/adr/0057). */
export const STEP_UP_HEADER = 'keyturn-step-up';

/** What of a contract says whether its requests can be bound. */
interface Guarded {
  routes: readonly { method: string; path: string }[];
  problems: readonly ProblemCode[];
  tables: { tokens?: object };
}

/** Whether a flow asks for a fresh proof, always or of some requests: then it takes a proof for one request alone as well. */
export const isBindable = ({ problems }: Pick<Guarded, 'problems'>): boolean =>
  problems.includes('fresh-session-required');

/** The routes whose requests a proof can be bound to, as `DELETE /two-factor/{factor}`. */
export const bindableRoutesOf = (contracts: readonly Guarded[]): string[] =>
  contracts
    .filter(isBindable)
    .flatMap(({ routes }) => routes.filter(isUnsafe).map(({ method, path }) => `${method} ${path}`))
    .toSorted();

/** What taking bound proofs adds to a contract: every flow that asks for a fresh one does, so none can forget to say so. */
export const withStepUp = <Declared extends Guarded>(contract: Declared): Declared => {
  if (!isBindable(contract)) return contract;
  const { tables } = contract;
  return {
    ...contract,
    tables: { ...tables, tokens: { ...tables.tokens, STEP_UP: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] } },
  };
};
