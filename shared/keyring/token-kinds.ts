import { CHALLENGE_SECONDS, SMS_CODE_SECONDS } from '../contract/lifetimes.ts';
import type { OpaqueKind } from './sign-opaque.ts';

/** Who a token is issued by and for. */
export interface TokenAuthority {
  issuer: string;
  /** The setting `audience`: the `aud` of access tokens, which that of every other kind begins with. */
  audience: string;
}

/** What tells one kind of JWT from another. */
export interface JwtKind {
  /** The header `typ`. @see RFC 8725 §3.11 */
  typ: string;
  /** What follows the authority's audience in `aud`. */
  audienceSuffix: string;
}

/**
 * Every kind of JWT that leaves the service. All have the same issuer, keys and algorithm, and verifiers such as API Gateway's
 * JWT authorizer ignore `typ`: so each kind has an audience of its own too. The setting `audience` can't hold a `#`,
 * so that whatever it is, no access token has another kind's audience.
 *
 * @see RFC 8725 §2.8, §3.9, §3.12; RFC 9068 §5
 */
export const JWT_KINDS = {
  /** @see RFC 9068 §2.1 */
  'access-token': { typ: 'at+jwt', audienceSuffix: '' },
  'phone-proof': { typ: 'phone-proof+jwt', audienceSuffix: '#phone-proof' },
} as const satisfies Record<string, JwtKind>;

export type JwtKindName = keyof typeof JWT_KINDS;

/** The one value of `aud` that tokens of a kind have. */
export const audienceOf = (kind: JwtKindName, { audience }: TokenAuthority): string =>
  `${audience}${JWT_KINDS[kind].audienceSuffix}`;

/**
 * Every kind of opaque token with a MAC that leaves the service. Format and key purpose are to them what type and audience are
 * to a JWT: no two kinds share either.
 */
export const OPAQUE_KINDS = {
  /** Session, account, generation, secret. */
  'refresh-token': {
    format: 1,
    purpose: 'refresh-seal',
    payloadBytes: 16 + 16 + 4 + 32,
    livesSeconds: null, // its secret is compared with the table
  },
  /** Verification, account, factors, epoch, end. */
  'challenge-token': {
    format: 4,
    purpose: 'challenge-seal',
    payloadBytes: 16 + 16 + 1 + 4 + 4,
    livesSeconds: CHALLENGE_SECONDS,
  },
  /** Verification. */
  'verification-id': {
    format: 3,
    purpose: 'verification-seal',
    payloadBytes: 16,
    livesSeconds: SMS_CODE_SECONDS,
  },
} as const satisfies Record<string, OpaqueKind>;

/**
 * A challenge token as release 0.1.0 wrote it, without epoch and end. Its challenges are over ten minutes after that release is
 * gone, so a later one can drop this.
 */
export const OLDER_CHALLENGE_TOKEN: OpaqueKind = {
  ...OPAQUE_KINDS['challenge-token'],
  format: 2,
  payloadBytes: 16 + 16 + 1,
};
