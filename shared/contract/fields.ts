import * as z from 'zod/mini';
import { canonicalEmailAddress, EMAIL_ADDRESS_MAX_LENGTH, isMisread } from '../primitives/email-address.ts';
import { LOCALE_MAX_LENGTH, LOCALE_PATTERN } from '../primitives/language.ts';
import { readOneTimeToken, TOKEN_TEXT_MAX_LENGTH } from '../primitives/one-time-token.ts';

/** A bound in UTF-16 units, before anything is normalised: no password of 128 code points is longer raw. */
const PASSWORD_TEXT_MAX_LENGTH = 1024;

/** Bound for what people are called; long enough for every name on record. */
const NAME_MAX_LENGTH = 256;

/** The longest code has 16 characters; the rest is for separators. */
const CODE_TEXT_MAX_LENGTH = 64;

/** Text of one line: no control characters, no halves of characters. */
export const lineOfText = (maxLength: number) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(maxLength),
    z.refine((text) => text.isWellFormed() && !/\p{Cc}|\u2028|\u2029/u.test(text)),
  );

/** An e-mail address; what comes out is canonical. */
export const emailField = z.pipe(
  z.string().check(z.maxLength(EMAIL_ADDRESS_MAX_LENGTH), z.describe('An e-mail address.')),
  z.transform((text, context) => {
    const canonical = canonicalEmailAddress(text);
    if (canonical === null) context.issues.push({ code: 'custom', input: text });
    return canonical ?? '';
  }),
);

/** An e-mail address that is to be an account's. */
export const newEmailField = emailField.check(z.refine((address) => !isMisread(address)));

/** A one-time token as a person typed it. What can't be one comes out as `null` and is answered as a wrong one is. */
export const tokenField = z.pipe(
  z.string().check(z.describe('26 characters; case, spaces and hyphens do not matter.')),
  z.transform((text) => (text.length > TOKEN_TEXT_MAX_LENGTH ? null : readOneTimeToken(text))),
);

/** A password to be checked. */
export const passwordField = z
  .string()
  .check(z.minLength(1), z.maxLength(PASSWORD_TEXT_MAX_LENGTH), z.describe('The password, as typed.'));

/** A password to be set: the policy judges its length, so that the answer says what is wrong with it. */
export const newPasswordField = z.string().check(z.describe('The new password, as typed.'));

/** A code from an app, by SMS or from the sheet of recovery codes. */
export const codeField = z
  .string()
  .check(z.minLength(1), z.maxLength(CODE_TEXT_MAX_LENGTH), z.describe('The code, as typed.'));

/**
 * Whether a change of factors ends the account's other sessions; where it is left out, it does.
 *
 * @see OWASP ASVS 5.0 7.4.3
 */
export const endOtherSessionsField = z.optional(
  z.pipe(
    z
      .union([z.boolean(), z.enum(['true', 'false'])]) // a form has no other way to say it
      .check(z.describe('Whether every other session ends; true unless said otherwise. In a form "true" or "false".')),
    z.transform((said) => said === true || said === 'true'),
  ),
);

/** What a person is called. */
export const nameField = lineOfText(NAME_MAX_LENGTH).check(z.describe('The full name, OIDC claim name.'));

/** A BCP 47 language tag. */
export const localeField = z
  .string()
  .check(z.maxLength(LOCALE_MAX_LENGTH), z.regex(LOCALE_PATTERN), z.describe('A BCP 47 language tag such as de-AT.'));

/** An instant. */
export const instantField = z.string().check(z.describe('RFC 3339, UTC.'));

/** The answer of every flow that must not say whether an account exists. */
export const acceptedAnswer = z.strictObject({ status: z.literal('accepted') });

/** The answer of every flow that leaves the caller signed in. */
export const sessionTokensAnswer = z.strictObject({
  token_type: z.literal('Bearer'),
  access_token: z.string(),
  expires_in: z.int().check(z.describe('Whole seconds.')),
  refresh_token: z.string(),
  refresh_expires_in: z.int().check(z.describe('Whole seconds.')),
  session_id: z.string(),
  account_id: z.string(),
});
