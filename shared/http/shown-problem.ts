import { Problem, problem } from '../contract/problems.ts';

/** Transient faults; other unknown errors are `internal`. */
const OUTAGES = new Set([
  'StoreUnavailable',
  'TimeoutError',
  'KeyringOutdated',
  'KeyringNotReady',
  'SecretUnavailable',
]);

/** The problem to answer for an error: a problem itself, an outage, or `internal`. */
export const shownProblem = (error: Error | null | undefined): Problem =>
  error instanceof Problem ? error : problem(OUTAGES.has(error?.name ?? '') ? 'unavailable' : 'internal');
