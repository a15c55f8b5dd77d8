import * as z from 'zod/mini';
import { canonicalEmailAddress, isMisread } from '../primitives/email-address.ts';
import { LANGUAGES } from '../primitives/language.ts';
import { deploymentSettings } from './deployment-settings.ts';
import { limitSettings } from './limit-settings.ts';
import { seconds } from './seconds.ts';
import { SettingsRefused } from './settings-refused.ts';
import { smsSettings } from './sms-settings.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const isLoopback = (url: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

const publicUrl = z.string().check(
  z.refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
    return secure && url.href === `${url.origin}/` && !text.endsWith('/');
  }, 'must be an https origin without a path or a slash at its end, such as https://auth.example.com'),
  z.describe('Where the API answers: issuer of the tokens and base of every link in a message. Required.'),
);

const origin = z
  .string()
  .check(
    z.refine(
      (text) => URL.canParse(text) && new URL(text).origin === text,
      'must be an origin such as https://app.example.com',
    ),
  );

/**
 * Everything that an operator may choose, with defaults. The values come from cdk.json's context key `keyturn`, in AWS
 * and on a laptop; a wrong one stops `cdk synth` and `npm start`.
 */
export const settingsSchema = z.strictObject({
  productName: z.string().check(
    z.minLength(1),
    z.maxLength(40),
    z.regex(/^[^\p{C}\p{Zl}\p{Zp}<>"]+$/u, 'must not contain control characters, < > or "'),
    // Some letters show nothing, such as U+3164, the Hangul filler.
    z.regex(/(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u, 'must have a letter or a digit that is shown'),
    z.describe('What the product calls itself in messages and pages. Required.'),
  ),
  sender: z.string().check(
    z.refine(
      (text) => canonicalEmailAddress(text) === text && !isMisread(text),
      'must be a lower-case address such as no-reply@example.com',
    ),
    z.describe('The address that mail comes from; SES must be allowed to send as it. Required.'),
  ),
  publicUrl,
  audience: z
    ._default(z.string().check(z.regex(/^[\w.:/-]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 _ . : / -')), 'keyturn')
    .check(z.describe('The `aud` of access tokens, for the other APIs that trust them; "keyturn" unless set.')),
  allowedOrigins: z
    ._default(z.array(origin), [])
    .check(z.describe('The web origins whose pages may call the API, with CORS; no others than our own unless set.')),
  defaultLanguage: z
    ._default(z.enum(LANGUAGES), 'en')
    .check(z.describe(`For people whose own language isn't shipped: ${LANGUAGES.join(' or ')}; "en" unless set.`)),
  passwords: z.prefault(
    z.strictObject({
      // NIST SP 800-63B-4 §3.1.1.2: 8 beside a second factor, 15 alone.
      minimumLength: z
        ._default(z.int().check(z.minimum(8), z.maximum(64)), 8)
        .check(z.describe('Code points a password must have, 8 to 64; 8 unless set.')),
      // OWASP Password Storage Cheat Sheet: the floor for argon2id.
      argon2: z.prefault(
        z.strictObject({
          memoryKiB: z._default(z.int().check(z.minimum(19_456), z.maximum(262_144)), 19_456),
          iterations: z._default(z.int().check(z.minimum(2), z.maximum(10)), 2),
          parallelism: z._default(z.int().check(z.minimum(1), z.maximum(4)), 1),
        }),
        {},
      ),
    }),
    {},
  ),
  tokens: z.prefault(
    z.strictObject({
      recoverySeconds: seconds({
        default: 30 * MINUTE,
        min: 5 * MINUTE,
        max: HOUR,
        why: 'Life of a recovery token (OWASP Forgot Password Cheat Sheet: short).',
      }),
      signUpSeconds: seconds({ default: DAY, min: HOUR, max: 3 * DAY, why: 'Life of a sign-up token.' }),
    }),
    {},
  ),
  sessions: z.prefault(
    z.strictObject({
      accessTokenSeconds: seconds({
        default: 5 * MINUTE,
        min: MINUTE,
        max: 15 * MINUTE,
        why: 'Life of an access token.',
      }),
      idleSeconds: seconds({
        default: 30 * DAY,
        min: 15 * MINUTE,
        max: 90 * DAY,
        why: 'A session not refreshed for this long ends (ASVS 7.3.1).',
      }),
      absoluteSeconds: seconds({
        default: 90 * DAY,
        min: HOUR,
        max: 366 * DAY,
        why: 'A session ends after this long whatever happens (ASVS 7.3.2).',
      }),
      refreshGraceSeconds: seconds({
        default: 10,
        min: 0,
        max: 60,
        why: 'A phone that lost the answer may repeat a refresh for this long (RFC 9700 §4.14.2).',
      }),
    }),
    {},
  ),
  messages: z.prefault(
    z.strictObject({
      retrySeconds: seconds({
        default: 6 * HOUR,
        min: HOUR,
        max: DAY,
        why: 'A message that can not be sent is tried for this long, then becomes a dead letter.',
      }),
    }),
    {},
  ),
  sms: z.prefault(smsSettings, {}),
  verification: z.prefault(
    z.strictObject({
      findBySource: z
        ._default(z.boolean(), true)
        .check(
          z.describe(
            'Whether a code that comes alone is looked up by the address it comes from. It proves a number and nothing more; true unless set.',
          ),
        ),
    }),
    {},
  ),
  events: z.prefault(
    z.strictObject({
      retentionSeconds: seconds({
        default: 400 * DAY,
        min: 30 * DAY,
        max: 3660 * DAY,
        why: 'How long the security history is kept (ASVS 16.1.1).',
      }),
    }),
    {},
  ),
  limits: z.prefault(limitSettings, {}),
  deployment: z.prefault(deploymentSettings, {}),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Input type of the settings: only the required keys have to be set. */
export type SettingsInput = z.input<typeof settingsSchema>;

const REQUIRED_KEYS = 'productName, sender and publicUrl';

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);

const whatIsAllowed = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'too_small':
      return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'invalid_type':
      if (issue.path.length === 0) return `must be an object with ${REQUIRED_KEYS}; see shared/settings/settings.ts`;
      return `must be of type ${issue.expected}`;
    case 'unrecognized_keys':
      return `has no key ${issue.keys.join(', ')}; see shared/settings/settings.ts for the keys there are`;
    default:
      return issue.message;
  }
};

/** Explains a missing required key. */
const whatIsMissing = ([key]: readonly PropertyKey[]): string | undefined => {
  const shape: Readonly<Record<PropertyKey, z.core.$ZodType | undefined>> = settingsSchema.def.shape;
  const field = key === undefined ? undefined : shape[key];
  return field && z.globalRegistry.get(field)?.description;
};

/** Reads settings by their schema or a part of it. @throws SettingsRefused that names each wrong key, its value and what is allowed */
export const parseSettingsBy = <Schema extends z.ZodMiniType>(schema: Schema, raw: unknown): z.infer<Schema> => {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw new SettingsRefused(
    result.error.issues.map((issue) => {
      const value = valueAt(raw, issue.path);
      const missing = value === undefined && issue.path.length === 1 ? whatIsMissing(issue.path) : undefined;
      return { path: issue.path, value, allowed: missing ?? whatIsAllowed(issue) };
    }),
  );
};

/** Reads the operator's settings, the object under cdk.json's context key `keyturn`. @throws SettingsRefused as {@link parseSettingsBy} does */
export const parseSettings = (raw: unknown): Settings => parseSettingsBy(settingsSchema, raw);
