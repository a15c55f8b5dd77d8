import { Problem, problem } from '../contract/problems.ts';

/** Faults that are over in a moment; whatever else is unknown is `internal`. */
const OUTAGES = new Set([
  'StoreUnavailable',
  'TimeoutError',
  'KeyringOutdated',
  'KeyringNotReady',
  'SecretUnavailable',
]);

/** What the caller is told of an error, in whatever form: only a problem says anything of its own. */
export const shownProblem = (error: Error | null | undefined): Problem =>
  error instanceof Problem ? error : problem(OUTAGES.has(error?.name ?? '') ? 'unavailable' : 'internal');
