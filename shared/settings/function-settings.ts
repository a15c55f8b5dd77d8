import { isIP } from 'node:net';
import * as z from 'zod/mini';
import { canonicalEmailAddress, isMisread } from '../primitives/email-address.ts';
import { LANGUAGES } from '../primitives/language.ts';
import { captchaSettings } from './captcha-settings.ts';
import { CORS } from './cors.ts';
import { deletionSettings } from './deletion-settings.ts';
import { edgeEnabled, edgeViewerCountry } from './edge-enabled.ts';
import { emailChangeSettings } from './email-change-settings.ts';
import { limitSettings } from './limit-settings.ts';
import { passwordSettings } from './password-settings.ts';
import { DAY, HOUR, MINUTE, seconds } from './seconds.ts';
import { section } from './section.ts';
import { isSecureUrl } from './secure-url.ts';
import { signInSettings } from './sign-in-settings.ts';
import { smsSettings } from './sms-settings.ts';
import { trustedCallerSettings } from './trusted-caller-settings.ts';
import { webOrigin } from './web-origin.ts';

/**
 * A laptop may have http at its address in a network, for phones and emulators; no such address gets a certificate. What is deployed
 * has https (infra/check-deployable.ts).
 */
const isPublicUrl = (url: URL): boolean =>
  isSecureUrl(url) || (url.protocol === 'http:' && isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0);

const publicUrl = () =>
  z.string().check(
    z.refine((text) => {
      if (!URL.canParse(text)) return false;
      const url = new URL(text);
      return isPublicUrl(url) && url.href === `${url.origin}/` && !text.endsWith('/');
    }, 'must be an https origin without a path or a slash at its end, such as https://auth.example.com'),
    z.describe('Where the API answers: issuer of the tokens and base of every link in a message. Required.'),
  );

/** A name as headers have it; `*` would mean any to some browsers and none to others. @see RFC 9110 §5.1 */
const HEADER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** What functions read, with defaults: all that an operator may choose but the settings of the stack itself. */
export const functionSettings = {
  get productName() {
    return z.string().check(
      z.minLength(1),
      z.maxLength(40),
      z.regex(/^[^\p{C}\p{Zl}\p{Zp}<>"]+$/u, 'must not contain control characters, < > or "'),
      // Some letters show nothing, such as U+3164, the Hangul filler.
      z.regex(/(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u, 'must have a letter or a digit that is shown'),
      z.describe('What the product calls itself in messages and pages. Required.'),
    );
  },
  get sender() {
    return z.string().check(
      z.refine(
        (text) => canonicalEmailAddress(text) === text && !isMisread(text),
        'must be a lower-case address such as no-reply@example.com',
      ),
      z.describe('The address that mail comes from; SES must be allowed to send as it. Required.'),
    );
  },
  get publicUrl() {
    return publicUrl();
  },
  get audience() {
    return z
      ._default(z.string().check(z.regex(/^[\w.:/-]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 _ . : / -')), 'keyturn')
      .check(z.describe('The `aud` of access tokens, for the other APIs that trust them; "keyturn" unless set.'));
  },
  get allowedOrigins() {
    return z
      ._default(z.array(webOrigin()), [])
      .check(
        z.describe(
          'The web origins whose pages may call the API, with CORS, such as https://app.example.com or capacitor://localhost; no others than our own unless set.',
        ),
      );
  },
  get allowedRequestHeaders() {
    return z
      ._default(
        z
          .array(
            z.pipe(
              z.string().check(z.regex(HEADER_NAME, 'must be names of headers such as x-app-version, without *')),
              z.transform((name) => name.toLowerCase()),
            ),
          )
          .check(z.maxLength(50)),
        [],
      )
      .check(
        z.describe(
          `What pages of those origins may send besides ${CORS.requestHeaders.join(', ')}; nothing more unless set.`,
        ),
      );
  },
  get defaultLanguage() {
    return z
      ._default(z.enum(LANGUAGES), 'en')
      .check(z.describe(`For people whose own language isn't shipped: ${LANGUAGES.join(' or ')}; "en" unless set.`));
  },
  get passwords() {
    return section(passwordSettings);
  },
  get recovery() {
    return section({
      byPhone: z
        ._default(z.boolean(), true)
        .check(
          z.describe(
            'Whether owners can choose a number that a recovery token is sent to by SMS; true unless set. Where it is false, none is sent, to numbers of before neither.',
          ),
        ),
    });
  },
  get tokens() {
    return section({
      recoverySeconds: seconds({
        default: 30 * MINUTE,
        min: 5 * MINUTE,
        max: HOUR,
        why: 'Life of a recovery token (OWASP Forgot Password Cheat Sheet: short).',
      }),
      signInLinkSeconds: seconds({
        default: 15 * MINUTE,
        min: 5 * MINUTE,
        max: HOUR,
        why: 'Life of a sign-in link (OWASP Forgot Password Cheat Sheet: short); half of it is left at least when nothing new is sent.',
      }),
      signUpSeconds: seconds({ default: DAY, min: HOUR, max: 3 * DAY, why: 'Life of a sign-up token.' }),
    });
  },
  get emailChange() {
    return section(emailChangeSettings);
  },
  get signIn() {
    return section(signInSettings);
  },
  get deletion() {
    return section(deletionSettings);
  },
  get sessions() {
    return section({
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
        default: 60,
        min: 0,
        max: 60,
        why: 'A phone that lost the answer may repeat a refresh for this long, while the new token was never used (RFC 9700 §4.14.2).',
      }),
      deviceRefreshGraceSeconds: seconds({
        default: 10 * MINUTE,
        min: 0,
        max: HOUR,
        why: 'The same for a repeat with the device token of the device that the session began on; never shorter than without.',
      }),
    });
  },
  get messages() {
    return section({
      retrySeconds: seconds({
        default: 6 * HOUR,
        min: HOUR,
        max: DAY,
        why: 'A message that can not be sent is tried for this long, then becomes a dead letter.',
      }),
    });
  },
  get sms() {
    return section(smsSettings);
  },
  get verification() {
    return section({
      findBySource: z
        ._default(z.boolean(), true)
        .check(
          z.describe(
            'Whether a code that comes alone is looked up by the address it comes from. It proves a number and nothing more; true unless set.',
          ),
        ),
    });
  },
  get events() {
    return section({
      retentionSeconds: seconds({
        default: 400 * DAY,
        min: 30 * DAY,
        max: 3660 * DAY,
        why: 'How long the security history is kept (ASVS 16.1.1).',
      }),
    });
  },
  get limits() {
    return section(limitSettings);
  },
  get captcha() {
    return captchaSettings();
  },
  get trustedCallers() {
    return trustedCallerSettings();
  },
  /** Of the stack's settings they know whether they are behind the edge, and what it tells: the others would be bytes of every function. */
  get deployment() {
    return section({ edge: section({ enabled: edgeEnabled(), viewerCountry: edgeViewerCountry() }) });
  },
};

/** What functions read. */
export type FunctionSettings = z.infer<z.ZodMiniObject<typeof functionSettings, z.core.$strict>>;
