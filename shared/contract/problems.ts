import type { Acr } from './acr-values.ts';
import type { CaptchaProvider } from './captcha-providers.ts';
import type { SecondFactor } from './factor-names.ts';
import type { FieldErrorCode } from './field-errors.ts';
import type { ProfileVersion } from './profile-version.ts';

/** What a problem always answers. */
export interface ProblemKind {
  status: number;
  title: string;
  /** What would be right, where the title doesn't say all of it. */
  detail?: string;
}

/**
 * The closed catalogue of problems: every `code` of an answer, with its status and title. Clients are written for all
 * of it, so codes are listed before a flow uses them: `method-not-allowed` is reserved (another method of a known path is
 * `not-found`, docs/adr/0042).
 */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not understood. See errors for the fields to correct.' },
  'invalid-token': {
    status: 400,
    title: 'The token is not valid, or not any more. Ask for a new one.',
    detail: 'A token works once, for a limited time, and for nothing but what it was given out for.',
  },
  'invalid-code': {
    status: 400,
    title: 'The code is not valid, or not any more. Ask for a new one.',
    detail:
      'Codes of an app and by SMS have six digits and live for a short time; recovery codes have sixteen characters. Each works once.',
  },
  'invalid-signature': {
    status: 400,
    title:
      'The signature does not stand for keyturn-client-address. See errors for the reason; sign again, or name no address.',
  },
  'password-rejected': {
    status: 400,
    title: 'The password can not be used. Choose another; see errors for the reason.',
  },
  'unsupported-country': {
    status: 400,
    title: 'No SMS go to numbers of this country. Give a number of another country, or choose another way.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in first: the access token is missing, expired or revoked.',
    detail:
      'Send Authorization: Bearer and an access token. POST /sessions/refresh gives a new one for a refresh token.',
  },
  'invalid-credentials': { status: 401, title: 'The e-mail address or the password is not right.' },
  'fresh-session-required': {
    status: 401,
    title: 'Prove again who you are, then repeat the request.',
    detail:
      'POST /sessions/current/reauthenticate gives an access token that is good for this for five minutes: with the password, and a code where a second factor is on. With action and body_sha256 it gives step_up_token instead, for the header Keyturn-Step-Up: good once, and for this request alone.',
  },
  'not-allowed': {
    status: 403,
    title: 'That is not allowed.',
    detail: 'Web pages of this origin may not call: the operator names the origins whose pages may, in allowedOrigins.',
  },
  'captcha-required': {
    status: 403,
    title: 'Show the captcha (see captcha), and repeat the request with its response as captcha_token.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here.',
    detail: 'Every path and method is in /openapi.json.',
  },
  'method-not-allowed': { status: 405, title: 'This address does not take that method.' },
  conflict: { status: 409, title: 'The request contradicts the present state. Read it again, then repeat.' },
  'sms-unavailable': {
    status: 409,
    title: 'No code can go out by SMS now. Use another factor of the account (see factors), or try again later.',
  },
  'unmet-authentication-requirements': {
    status: 409,
    title: 'The account can not be authenticated as acr_values asks for.',
    detail:
      'A second factor is asked for and none is on, or nothing in acr_values is known here. POST /two-factor/totp begins to add a factor; /.well-known/openid-configuration has acr_values_supported.',
  },
  'precondition-failed': {
    status: 412,
    title: 'It has changed since you read it. Read it again, then repeat.',
    detail: 'Its ETag is now the one of this answer: read it again, and send the ETag that you read as If-Match.',
  },
  'idempotency-mismatch': { status: 422, title: 'The Idempotency-Key belongs to another request. Send a new key.' },
  'body-too-large': { status: 413, title: 'The body is too large.', detail: 'Send 16384 bytes at most.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Send application/json or application/x-www-form-urlencoded in UTF-8.',
    detail: 'The media types of each route are in /openapi.json; a merge patch is application/merge-patch+json.',
  },
  'too-many-requests': { status: 429, title: 'Too many requests. Wait for Retry-After seconds, then repeat.' },
  internal: { status: 500, title: 'Something went wrong on the server. Nothing was changed.' },
  unavailable: { status: 503, title: 'The service can not answer just now. Repeat in a moment.' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What would be right, or what else the caller can do, about one occurrence of a problem. Texts of a closed list, so none holds anything of a request. */
export const PROBLEM_DETAILS = {
  'body-missing': 'Send a body: JSON, or a form where the route takes one.',
  'body-not-a-form': 'Send a form as browsers write it: names and values, percent-encoded as UTF-8.',
  'body-not-an-object': 'Send one JSON object, as in {"email": "name@example.org"}.',
  'body-not-json': 'Send JSON: the body is none, or not all of it came.',
  'body-not-utf-8': 'Send the body in UTF-8.',
  'proof-refused':
    'The proof in Keyturn-Step-Up is not good for this request. Ask for a new one: it is good once, for a few minutes, in the session that asked for it, and for the action and the body that it was asked for.',
  'ill-formed-request': 'Send path, query and headers in UTF-8.',
  'account-frozen':
    'A change of this account was undone less than a day ago, so no other can be made yet. A new password can be set with the mail that the undo sent.',
  'account-suspended':
    'The operator of the service has suspended this account, and has told its owner by mail. Nobody can sign in until the operator lifts that.',
  'deletion-pending':
    'The account is to be deleted. The link in the message about it keeps it, and so does a new password by POST /account/recovery; after that a sign-in works again.',
  'ask-for-link':
    'Too many sign-ins with this address. Its owner gets in all the same: on a device that was signed in before, or with a link by mail (POST /sessions/link) and the password.',
} as const satisfies Record<string, string>;

export type ProblemDetail = keyof typeof PROBLEM_DETAILS;

/** An invalid field of a request: its name, never its value. */
export interface FieldError {
  field: string;
  code: FieldErrorCode;
}

/** What a client needs to show the widget of a captcha. */
export interface ShownCaptcha {
  provider: CaptchaProvider;
  /** Public. */
  siteKey: string;
}

/** Members of a problem document beside its code. */
export interface ProblemExtras {
  errors?: readonly FieldError[];
  /** Answered as `detail`, and its name as `hint` for programs. */
  detail?: ProblemDetail;
  /** Whole seconds, 1 or more. */
  retryAfterSeconds?: number;
  /** Requests allowed per window, for the RateLimit headers. */
  limit?: number;
  /** Second factors of the account that can be used instead, in the order in which to offer them; only past its password. */
  factors?: readonly SecondFactor[];
  /** With fresh-session-required: how the caller has to be authenticated, one of these; any of all if left out. */
  acrValues?: readonly Acr[];
  /** The captcha to show. */
  captcha?: ShownCaptcha;
  /** Version that the resource is in now, answered as its ETag. */
  version?: ProfileVersion;
}

/** A problem to answer; the only error whose content reaches a caller. @see RFC 9457 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(code);
    this.code = code;
    this.extras = extras;
  }
}

/** Makes a problem to throw. @param code from the closed catalogue; the flow's contract must list it */
export const problem = (code: ProblemCode, extras?: ProblemExtras): Problem => new Problem(code, extras);
