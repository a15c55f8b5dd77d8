import type { PasswordRefusal } from '../shared/account/password-policy.ts';
import type { ProblemCode } from '../shared/contract/problems.ts';

/** Failures of a form that have a text of their own; every other problem is `unknown`. */
export const FAILURES = [
  'invalid-token',
  'invalid-code',
  'invalid-request',
  'conflict',
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

/** Outcome of a form that was posted without the script. */
export type Outcome = 'done' | Failure;

/**
 * Reads the outcome that the server put into the address after a form was posted.
 *
 * @param value untrusted; it is only compared, so it can't get into the page
 * @returns one of the closed list, `null` where no form was posted
 */
export const readOutcome = (value: string | undefined): Outcome | null => {
  if (value === undefined) return null;
  if (value === 'done') return 'done';
  const withoutReason = value.split('.')[0];
  return (
    FAILURES.find((failure) => failure === value) ?? FAILURES.find((failure) => failure === withoutReason) ?? 'unknown'
  );
};
