import {
  CHALLENGE_SECONDS,
  DEVICE_SECONDS,
  HISTORY_CURSOR_SECONDS,
  MAIL_REFERENCE_SECONDS,
  SMS_CODE_SECONDS,
} from '../contract/lifetimes.ts';
import type { OpaqueKind } from './sign-opaque.ts';

/** Issuer and audience of tokens. */
export interface TokenAuthority {
  issuer: string;
  /** The setting `audience`: the `aud` of access tokens, and the prefix of the `aud` of other kinds. */
  audience: string;
}

/** What distinguishes one kind of JWT from another. */
export interface JwtKind {
  /** The header `typ`. @see RFC 8725 §3.11 */
  typ: string;
  /** Appended to the authority's audience in `aud`. */
  audienceSuffix: string;
}

/**
 * Every kind of JWT that leaves the service. All share issuer, keys and algorithm, and verifiers such as API Gateway's
 * JWT authorizer ignore `typ`, so each kind also has an audience of its own. The setting `audience` can't contain `#`,
 * so an access token never has another kind's audience.
 *
 * @see RFC 8725 §2.8, §3.9, §3.12; RFC 9068 §5
 */
export const JWT_KINDS = {
  /** @see RFC 9068 §2.1 */
  'access-token': { typ: 'at+jwt', audienceSuffix: '' },
  'phone-proof': { typ: 'phone-proof+jwt', audienceSuffix: '#phone-proof' },
} as const satisfies Record<string, JwtKind>;

export type JwtKindName = keyof typeof JWT_KINDS;

/** The `aud` of tokens of a kind. */
export const audienceOf = (kind: JwtKindName, { audience }: TokenAuthority): string =>
  `${audience}${JWT_KINDS[kind].audienceSuffix}`;

/**
 * Every kind of opaque token that leaves the service. Format and key purpose separate them, as type and audience
 * separate JWTs: no two kinds share either.
 */
export const OPAQUE_KINDS = {
  /** Payload: session, account, generation, secret. */
  'refresh-token': {
    format: 1,
    purpose: 'refresh-seal',
    payloadBytes: 16 + 16 + 4 + 32,
    livesSeconds: null, // its secret is compared with the row's
  },
  /** Payload: verification, account, factors, epoch, end. */
  'challenge-token': {
    format: 4,
    purpose: 'challenge-seal',
    payloadBytes: 16 + 16 + 1 + 4 + 4,
    livesSeconds: CHALLENGE_SECONDS,
  },
  /** Payload: verification. */
  'verification-id': {
    format: 3,
    purpose: 'verification-seal',
    payloadBytes: 16,
    livesSeconds: SMS_CODE_SECONDS,
  },
  /** Payload: device, account, epoch; bound to the account's address, which is not in it. */
  'device-token': {
    format: 5,
    purpose: 'device-seal',
    payloadBytes: 16 + 16 + 4,
    livesSeconds: DEVICE_SECONDS,
  },
  /** Payload: the time and the end of an entry's sort key, in ASCII; bound to the account, which is not in it. */
  'history-cursor': {
    format: 6,
    purpose: 'history-cursor',
    payloadBytes: 24 + 1 + 8,
    livesSeconds: HISTORY_CURSOR_SECONDS,
  },
  /** Goes to SES with a mail, and comes back with what SES tells of it. Payload: account, time, purpose; bound to the mail's address. */
  'mail-reference': {
    format: 8,
    purpose: 'mail-reference',
    payloadBytes: 16 + 4 + 1,
    livesSeconds: MAIL_REFERENCE_SECONDS,
  },
} as const satisfies Record<string, OpaqueKind>;

/**
 * Challenge token of release 0.1.0, without epoch and end. Its challenges expire ten minutes after that release is
 * gone, so a later release can drop this.
 */
export const OLDER_CHALLENGE_TOKEN: OpaqueKind = {
  ...OPAQUE_KINDS['challenge-token'],
  format: 2,
  payloadBytes: 16 + 16 + 1,
};
