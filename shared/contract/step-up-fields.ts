import * as z from 'zod/mini';
import { readSha256 } from '../primitives/digest.ts';
import { BINDABLE_ROUTES } from './bindable-routes.ts';
import { readAction } from './bound-action.ts';
import { saying } from './field-errors.ts';
import { FRESH_SECONDS } from './lifetimes.ts';

/** Longer than any list of values that a challenge has. */
const ACR_VALUES_MAX_LENGTH = 1024;

/** Method, words of a path and a UUID. */
const ACTION_MAX_LENGTH = 200;

/** @see OpenID Connect Core §3.1.2.1 */
export const acrValuesField = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(ACR_VALUES_MAX_LENGTH),
    z.describe(
      'How the proof has to be made, one of these, parted by blanks, as a challenge has them (RFC 9470 §4): urn:keyturn:acr:2fa, with a second factor, or urn:keyturn:acr:1fa, which that is too. Where none can be met: 409 unmet-authentication-requirements.',
    ),
  );

/** Whole seconds, 0…{@link FRESH_SECONDS}; in a form a text. @see OpenID Connect Core §3.1.2.1 */
export const maxAgeField = z.pipe(
  z
    .union([
      z.int().check(z.meta({ minimum: 0, maximum: FRESH_SECONDS, format: 'int32' })),
      z.string().check(z.regex(/^\d{1,3}$/)),
    ])
    .check(
      z.describe(
        `0 to ${FRESH_SECONDS} seconds, as a challenge has it. A proof is made now, so it is met; with action, step_up_token lives no longer, and it has to be 1 or more.`,
      ),
    ),
  z.transform((given, context) => {
    const seconds = Number(given);
    if (seconds < 0 || seconds > FRESH_SECONDS) {
      context.issues.push({ code: 'custom', input: given, ...saying('invalid') });
    }
    return seconds;
  }),
);

/** Method and path of one request; parses to the form in which a request is held against it. */
export const actionField = z.pipe(
  z
    .string()
    .check(
      z.maxLength(ACTION_MAX_LENGTH),
      z.describe(
        `Method and path of the one request that the proof is for, as it will be sent: DELETE /two-factor/sms. One of: ${BINDABLE_ROUTES.join(', ')}.`,
      ),
    ),
  z.transform((text, context) => {
    const action = readAction(text, BINDABLE_ROUTES);
    if (action === null) context.issues.push({ code: 'custom', input: text, ...saying('not-an-action') });
    return action ?? '';
  }),
);

/** A digest; parses to base64url. */
export const bodySha256Field = z.pipe(
  z
    .string()
    .check(
      z.describe(
        'SHA-256 of the body of that request, to the byte, in base64url or hex. Left out, it is sent without a body.',
      ),
    ),
  z.transform((text, context) => {
    const digest = readSha256(text);
    if (digest === null) context.issues.push({ code: 'custom', input: text, ...saying('not-a-digest') });
    return digest ?? '';
  }),
);
