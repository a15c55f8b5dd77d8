import * as z from 'zod/mini';
import { emailField, instantField, lineOfText, localeField, nameField } from './fields.ts';

const CLAIM_MAX_LENGTH = 256;
const URL_MAX_LENGTH = 2048;

const claim = lineOfText(CLAIM_MAX_LENGTH);

const webAddress = lineOfText(URL_MAX_LENGTH).check(
  z.refine((text) => URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol)),
  z.describe('An http or https URL.'),
);

const isTimeZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
};

/** OIDC Core §5.1.1. */
const address = z.strictObject({
  formatted: z.optional(z.nullable(z.string().check(z.maxLength(CLAIM_MAX_LENGTH * 4)))), // may have several lines
  street_address: z.optional(z.nullable(z.string().check(z.maxLength(CLAIM_MAX_LENGTH * 2)))),
  locality: z.optional(z.nullable(claim)),
  region: z.optional(z.nullable(claim)),
  postal_code: z.optional(z.nullable(claim)),
  country: z.optional(z.nullable(claim)),
});

const editableClaims = {
  name: nameField,
  given_name: claim,
  family_name: claim,
  middle_name: claim,
  nickname: claim,
  preferred_username: claim,
  profile: webAddress,
  picture: webAddress,
  website: webAddress,
  gender: claim,
  birthdate: z
    .string()
    .check(
      z.regex(/^(?:\d{4}|\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$/),
      z.describe('YYYY-MM-DD, 0000-MM-DD or YYYY.'),
    ),
  zoneinfo: claim.check(z.refine(isTimeZone), z.describe('An IANA time zone such as Europe/Vienna.')),
  locale: localeField,
};

const removable = <Shape extends Record<string, z.ZodMiniType>>(shape: Shape) =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, z.optional(z.nullable(schema))])) as {
    [Name in keyof Shape]: z.ZodMiniOptional<z.ZodMiniNullable<Shape[Name]>>;
  };

const metadataField = z.record(z.string(), z.unknown()).check(z.describe("The app's own JSON object, at most 4 KiB."));

const asTexts = <Shape extends object>(shape: Shape) =>
  Object.fromEntries(Object.keys(shape).map((name) => [name, z.optional(z.string())])) as {
    [Name in keyof Shape]: z.ZodMiniOptional<z.ZodMiniString>;
  };

/** Members that an owner may write. The flow checks that `email` is the account's own. */
export const profileMembers = z.strictObject({
  ...removable({ ...editableClaims, address, metadata: metadataField }),
  email: z.optional(z.nullable(emailField)),
  phone_number: z.optional(z.nullable(z.string().check(z.maxLength(32)))),
});

/** Members that an owner reads. */
export const profileAnswer = z.object({
  sub: z.string().check(z.describe('The account id.')),
  email: z.string(),
  email_verified: z.boolean(),
  phone_number: z.optional(z.string()),
  phone_number_verified: z.optional(
    z
      .boolean()
      .check(
        z.describe(
          'False where another account has proven the number since; it stays the second factor. Proving it again makes it true.',
        ),
      ),
  ),
  ...asTexts(editableClaims),
  address: z.optional(z.record(z.string(), z.string())),
  updated_at: instantField,
  metadata: metadataField,
});
