import * as z from 'zod/mini';
import { canonicalEmailAddress, EMAIL_ADDRESS_TEXT_MAX_LENGTH, isMisread } from '../primitives/email-address.ts';
import { LOCALE_MAX_LENGTH, readLocale } from '../primitives/language.ts';
import { readOneTimeToken, TOKEN_TEXT_MAX_LENGTH } from '../primitives/one-time-token.ts';
import { isVisible } from '../primitives/typed-text.ts';
import { saying } from './field-errors.ts';
import { named } from './named.ts';
import { secondsField } from './seconds-field.ts';
import { NAME_MAX_LENGTH } from './text-lengths.ts';

/** Bound in UTF-16 units before normalisation; no password of 128 code points is longer. */
const PASSWORD_TEXT_MAX_LENGTH = 1024;

/** The longest code has 16 characters; the rest allows separators. */
const CODE_TEXT_MAX_LENGTH = 64;

const sentTruth = () => z.union([z.boolean(), z.enum(['true', 'false'])]);

/** A truth value, in a form a text. @param checks of what is sent, such as its description */
export const truthField = (...checks: Parameters<ReturnType<typeof sentTruth>['check']>) =>
  z.pipe(
    sentTruth().check(...checks),
    z.transform((said) => said === true || said === 'true'),
  );

/** Text without lone surrogates. */
const wellFormedText = (maxLength: number) =>
  z.string().check(
    z.minLength(1, { abort: true }), // too short is all that is wrong with an empty text
    z.maxLength(maxLength),
    z.refine((text) => text.isWellFormed(), { ...saying('ill-formed-text'), abort: true }),
  );

/** Text of one line: no control characters, no lone surrogates. */
export const lineOfText = (maxLength: number) =>
  wellFormedText(maxLength).check(z.refine((text) => !/\p{Cc}|\u2028|\u2029/u.test(text), saying('not-one-line')));

/** Likewise, and something of it shows. */
export const visibleLine = (maxLength: number) =>
  lineOfText(maxLength).check(z.refine(isVisible, saying('nothing-visible')));

/** Text of one line or several, of which something shows. */
export const linesOfText = (maxLength: number) =>
  wellFormedText(maxLength).check(
    z.refine((text) => !/(?![\t\r\n])\p{Cc}/u.test(text), saying('control-character')),
    z.refine(isVisible, saying('nothing-visible')),
  );

/** An e-mail address; parses to the canonical form. */
export const emailField = z.pipe(
  z.string().check(z.maxLength(EMAIL_ADDRESS_TEXT_MAX_LENGTH), z.describe('An e-mail address.')),
  z.transform((text, context) => {
    const canonical = canonicalEmailAddress(text);
    if (canonical === null) context.issues.push({ code: 'custom', input: text, ...saying('not-an-email-address') });
    return canonical ?? '';
  }),
);

/** An e-mail address for a new or changed account. */
export const newEmailField = emailField.check(
  z.refine((address) => !isMisread(address), saying('misread-email-address')),
);

/** A one-time token as typed. A text that can't be a token parses to `null`, and is answered like a wrong token. */
export const tokenField = z.pipe(
  z
    .string()
    .check(
      z.describe(
        '26 characters; case and what stands between or around them do not matter. The link that holds it may be given in its place.',
      ),
    ),
  z.transform((text) => (text.length > TOKEN_TEXT_MAX_LENGTH ? null : readOneTimeToken(text))),
);

/** A password to check. */
export const passwordField = z
  .string()
  .check(z.minLength(1), z.maxLength(PASSWORD_TEXT_MAX_LENGTH), z.describe('The password, as typed.'));

/** A password to set: the policy checks its length, so that the answer names the reason. */
export const newPasswordField = z.string().check(z.describe('The new password, as typed.'));

/** A code from an app, an SMS or the list of recovery codes. */
export const codeField = z
  .string()
  .check(z.minLength(1), z.maxLength(CODE_TEXT_MAX_LENGTH), z.describe('The code, as typed.'));

/**
 * Whether a change of factors ends the account's other sessions; true by default.
 *
 * @see OWASP ASVS 5.0 7.4.3
 */
export const endOtherSessionsField = z.optional(
  truthField(z.describe('Whether every other session ends; true unless said otherwise. In a form "true" or "false".')),
);

/** The name of a person or what they are called, 1 to {@link NAME_MAX_LENGTH} UTF-16 units of which something shows. @see OpenID Connect Core §5.1 */
export const nameField = visibleLine(NAME_MAX_LENGTH).check(z.describe('The full name, OIDC claim name.'));

/** A language tag, as platforms write it; parses to BCP 47. */
export const localeField = z.pipe(
  z
    .string()
    .check(z.maxLength(LOCALE_MAX_LENGTH), z.describe('A BCP 47 language tag such as de-AT; de_AT is taken for it.')),
  z.transform((text, context) => {
    const tag = readLocale(text);
    if (tag === null) context.issues.push({ code: 'custom', input: text, ...saying('not-a-language-tag') });
    return tag ?? '';
  }),
);

/** A wish about language: one that can't be met is none, and stands in the way of nothing. */
export const localeWishField = z.pipe(
  z.string().check(z.describe('A BCP 47 language tag such as de-AT; a text that is none counts as left out.')),
  z.transform((text) => readLocale(text)),
);

/** The id of an account or a session. */
const idField = (description: string) => z.string().check(z.meta({ description, format: 'uuid' }));

/** Answer of flows that must not reveal whether an account exists. */
export const acceptedAnswer = named(
  'Accepted',
  'The same for every address and number, whether an account has it or not.',
  z.strictObject({ status: z.literal('accepted') }),
);

/** The part of an answer that hands out an access token. */
export const accessTokenShape = {
  token_type: z.literal('Bearer'),
  access_token: z.string().check(z.describe('The bearer token of requests.')),
  expires_in: secondsField,
} as const;

const sessionTokensShape = {
  ...accessTokenShape,
  refresh_token: z.string().check(z.describe('Gets the next access token, once.')),
  refresh_expires_in: secondsField,
  session_id: idField('The id of the session.'),
  account_id: idField('The id of the account: user_id of its profile, and sub of its tokens.'),
} as const;

/** Answer of flows that leave the caller signed in. */
export const sessionTokensAnswer = named(
  'SessionTokens',
  'The tokens of a session.',
  z.strictObject(sessionTokensShape),
);

/** Answer of flows that complete a sign-in. */
export const signInTokensAnswer = named(
  'SignInTokens',
  'The tokens of a session that begins.',
  z.strictObject({
    ...sessionTokensShape,
    device_token: z
      .string()
      .check(
        z.describe(
          'Makes this device known to the account, and proves nothing; to be kept after the session has ended.',
        ),
      ),
  }),
);

/** The token of a mailed link. What is not one counts as none. */
export const linkTokenField = z.optional(
  tokenField.check(
    z.describe('The token of a sign-in link: gets its owner past the limit of an address that others have used up.'),
  ),
);

/** The device token of an earlier sign-in. What is not one counts as none. */
export const deviceTokenField = z.optional(
  z.string().check(z.describe('The device token of an earlier sign-in on this device; browsers have it as a cookie.')),
);
