import type { PasswordRefusal } from '../shared/account/password-policy.ts';
import type { ProblemCode } from '../shared/contract/problems.ts';

/** What can go wrong with a form and has a text of its own; every other problem is `unknown`. */
export const FAILURES = [
  'invalid-token',
  'invalid-request',
  'password-rejected',
  'password-rejected.too-short',
  'password-rejected.too-long',
  'password-rejected.breached',
  'password-rejected.contains-personal-data',
  'password-rejected.invalid-characters',
  'body-too-large',
  'too-many-requests',
  'internal',
  'unavailable',
] as const satisfies readonly (ProblemCode | `password-rejected.${PasswordRefusal}`)[];

export type Failure = (typeof FAILURES)[number] | 'unknown';

/** How a form that was sent without the page's script ended. */
export type Outcome = 'done' | Failure;

/**
 * Reads the outcome that the server put into the address after a form was posted.
 *
 * @param value whatever the address says; it is only ever compared, so nothing of it can get into a page
 * @returns one of the closed list, `null` where nothing was posted
 */
export const readOutcome = (value: string | undefined): Outcome | null => {
  if (value === undefined) return null;
  if (value === 'done') return 'done';
  const withoutReason = value.split('.')[0];
  return (
    FAILURES.find((failure) => failure === value) ?? FAILURES.find((failure) => failure === withoutReason) ?? 'unknown'
  );
};
