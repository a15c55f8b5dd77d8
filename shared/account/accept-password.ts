import { problem } from '../contract/problems.ts';
import type { EditableClaim } from '../contract/profile-claims.ts';
import type { Scope } from '../lambda/scope.ts';
import { type BreachedPasswords, provideBreachedPasswords } from './breached-passwords.ts';
import { normalizePassword, type PasswordRefusal, refusePassword } from './password-policy.ts';

/** Claims with a person's names. @see OpenID Connect Core §5.1 */
const NAME_CLAIMS = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
] as const satisfies readonly EditableClaim[];

/** A requested password, with the owner's identifiers. */
interface WantedPassword {
  password: string;
  /** Canonical. */
  email: string;
  /** E.164; `null` where there is none. */
  phoneNumber: string | null;
  /** Of the profile; of any type. */
  claims: { readonly [claim in EditableClaim]?: unknown };
}

/**
 * Judges a password that is to be set.
 * @returns its normal form, to be hashed
 * @throws problem password-rejected, with the reason
 */
export type AcceptPassword = (wanted: WantedPassword) => Promise<string>;

/**
 * @param field what the request calls the password
 * @param minimumLength code points, 8…64
 * @param breachedPasswords `null` where only the local list is asked
 */
const makeAcceptPassword =
  ({
    field,
    minimumLength,
    productName,
    breachedPasswords,
  }: {
    field: string;
    minimumLength: number;
    productName: string;
    breachedPasswords: BreachedPasswords | null;
  }): AcceptPassword =>
  async ({ password, email, phoneNumber, claims }) => {
    const names = NAME_CLAIMS.map((claim) => claims[claim]).filter((name) => typeof name === 'string');
    const refusal = refusePassword({
      password,
      minimumCodePoints: minimumLength,
      contextWords: [productName, email.slice(0, email.lastIndexOf('@')), ...names],
      email,
      phoneNumber,
    });
    const normalized = normalizePassword(password);
    const refuse = (code: PasswordRefusal) => problem('password-rejected', { errors: [{ field, code }] });
    if (refusal !== null || normalized === null) throw refuse(refusal ?? 'invalid-characters');
    // Last, so that only what may become a password is asked for elsewhere.
    if (await breachedPasswords?.isBreached(normalized)) throw refuse('breached');
    return normalized;
  };

/** Under the operator's policy. @param field as the request names the password */
export const provideAcceptPassword =
  (field: string) =>
  (scope: Scope<'passwords.breachApi' | 'passwords.minimumLength' | 'productName'>): AcceptPassword =>
    makeAcceptPassword({
      productName: scope.settings.productName,
      minimumLength: scope.settings.passwords.minimumLength,
      field,
      breachedPasswords: scope.use(provideBreachedPasswords),
    });
