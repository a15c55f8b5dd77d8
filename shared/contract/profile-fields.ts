import * as z from 'zod/mini';
import { saying } from './field-errors.ts';
import { emailField, lineOfText, linesOfText, localeField, nameField, truthField, visibleLine } from './fields.ts';
import { named } from './named.ts';
import { metadataField } from './profile-answer.ts';
import type { TextClaim } from './profile-claims.ts';
import { isTimeZone } from './time-zones.ts';

const CLAIM_MAX_LENGTH = 256;
const URL_MAX_LENGTH = 2048;

const claim = visibleLine(CLAIM_MAX_LENGTH);

/**
 * Two slashes, a host of labels or an IPv6 address, and then no character that RFC 3986 has not: what the URL parser of browsers repairs
 * in silence, others read as another address or as none. No user information: `https://good.example@other.example` is of the other.
 */
const WEB_ADDRESS =
  /^https?:\/\/((?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*\.)*[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?](?:[^\s\p{C}\\"<>^`{|}#%[\]]|%[0-9a-f]{2})*)?(?:#(?:[^\s\p{C}\\"<>^`{|}#%[\]]|%[0-9a-f]{2})*)?$/iu;

/** Whether browsers take the host as it is: of `0x7f.1`, `1.2.3` and full-width letters they make another one. */
const isWebAddress = (text: string): boolean => {
  const [, host = ''] = WEB_ADDRESS.exec(text) ?? [];
  if (host === '' || !URL.canParse(text)) return false;
  if (host.startsWith('[')) return true;
  const isAscii = /^[!-~]+$/.test(host);
  return isAscii ? new URL(text).hostname === host.toLowerCase() : host === host.normalize('NFKC');
};

const webAddress = lineOfText(URL_MAX_LENGTH).check(
  z.refine(isWebAddress, saying('not-a-web-address')),
  z.describe('An http or https URL.'),
);

const BIRTHDATE = /^(\d{4})(?:-(\d{2})-(\d{2}))?$/;

/** Year 0000 stands for one that is not told, and is a leap year. @see OpenID Connect Core §5.1, ISO 8601 */
const isBirthdate = (text: string): boolean => {
  const [, year = '', month, day] = BIRTHDATE.exec(text) ?? [];
  if (year === '') return false;
  if (month === undefined) return true;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`); // a day that its month has not becomes one of the next
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
};

/** What a phone may give for a zone, such as CEST; some names of the database are as short. */
const isAbbreviation = (text: string): boolean => /^[A-Za-z]{2,5}$/.test(text) && !isTimeZone(text);

const removable = <Shape extends Record<string, z.ZodMiniType>>(shape: Shape) =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, z.optional(z.nullable(schema))])) as {
    [Name in keyof Shape]: z.ZodMiniOptional<z.ZodMiniNullable<Shape[Name]>>;
  };

/** OIDC Core §5.1.1. */
const address = named(
  'PostalAddress',
  'A postal address (OpenID Connect Core §5.1.1).',
  z.strictObject({
    formatted: z.optional(z.nullable(linesOfText(CLAIM_MAX_LENGTH * 4))),
    street_address: z.optional(z.nullable(linesOfText(CLAIM_MAX_LENGTH * 2))),
    locality: z.optional(z.nullable(claim)),
    region: z.optional(z.nullable(claim)),
    postal_code: z.optional(z.nullable(claim)),
    country: z.optional(z.nullable(claim)),
  }),
);

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
    .check(z.refine(isBirthdate, saying('not-a-date')), z.describe('YYYY-MM-DD, 0000-MM-DD or YYYY.')),
  zoneinfo: claim.check(
    z.refine((text) => !isAbbreviation(text), { ...saying('time-zone-abbreviation'), abort: true }),
    z.refine(isTimeZone, saying('not-a-time-zone')),
    z.describe('A name of the IANA time zone database such as Europe/Vienna.'),
  ),
  locale: localeField,
} satisfies Record<TextClaim, z.ZodMiniType>;

/** What an answer holds of a profile besides, so that an app may send back what it has read. */
const ANSWERED = z.optional(z.unknown().check(z.describe('Ignored.')));

/**
 * Members that an owner may write, and those of an answer that may come back with them. The flow checks that `email` and the others
 * that say what was proven are as they are.
 */
export const profileMembers = z.strictObject({
  ...removable({ ...editableClaims, address, metadata: metadataField }),
  email: z.optional(
    z.nullable(
      emailField.check(
        z.describe(
          'Another address becomes pending until both have confirmed it. PUT with the present one changes nothing; PATCH with it takes a pending change back.',
        ),
      ),
    ),
  ),
  email_unreachable: z.optional(
    truthField(
      z.describe(
        'Beside another email: the present address can not be read any more, so the change waits for days instead of for its confirmation. In a form "true" or "false".',
      ),
    ),
  ),
  phone_number: z.optional(z.nullable(z.string().check(z.maxLength(32)))),
  recovery_phone: z.optional(
    z.nullable(
      z
        .string()
        .check(
          z.maxLength(32),
          z.describe('As it was read, or null to have none. Another is chosen with a code (request-verification).'),
        ),
    ),
  ),
  sub: z.optional(z.string().check(z.meta({ format: 'uuid' }))), // as an answer has it, so that generated clients can send it back
  email_verified: z.optional(truthField()),
  phone_number_verified: z.optional(truthField()),
  updated_at: ANSWERED,
  pending: ANSWERED,
  session: ANSWERED,
});
