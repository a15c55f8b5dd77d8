import { normalizePassword, refusePassword } from '../domain/password-policy.ts';
import { problem } from './problems.ts';

/** A password that somebody wants, and what is known of them. */
export interface WantedPassword {
  password: string;
  /** Canonical. */
  email: string;
  /** The claim `name`, whatever is in it. */
  name?: unknown;
}

/**
 * Judges a password that is to be set.
 * @returns its normal form, to be hashed
 * @throws problem password-rejected, with the reason
 */
export type AcceptPassword = (wanted: WantedPassword) => string;

/** @param field what the request calls the password @param minimumLength code points, 8…64 */
export const makeAcceptPassword =
  ({
    field,
    minimumLength,
    productName,
  }: {
    field: string;
    minimumLength: number;
    productName: string;
  }): AcceptPassword =>
  ({ password, email, name }) => {
    const refusal = refusePassword({
      password,
      minimumCodePoints: minimumLength,
      contextWords: [productName, email.slice(0, email.lastIndexOf('@')), typeof name === 'string' ? name : ''],
    });
    const normalized = normalizePassword(password);
    if (refusal !== null || normalized === null) {
      throw problem('password-rejected', { errors: [{ field, code: refusal ?? 'invalid-characters' }] });
    }
    return normalized;
  };
