import { problem } from '../contract/problems.ts';

/** @see RFC 6750 §2.1 */
const CREDENTIALS = /^Bearer +([\w~+/.-]+=*)$/i;

const SCHEME = /^Bearer(?: |$)/i;

/** Of the whole header; longer than with any of our tokens. */
const AUTHORIZATION_MAX_LENGTH = 2048;

/**
 * Whether an Authorization header presents a token, good or not: only then does the answer report an invalid token.
 *
 * @see RFC 6750 §3.1
 */
export const presentsToken = (authorization: string | undefined): boolean => SCHEME.test(authorization ?? '');

/**
 * Reads the token of an Authorization header. Sending the header claims an identity, so an unreadable one must not
 * count as absent: another scheme, a token without a scheme, two headers (which API Gateway joins by a comma), an empty
 * or too long value.
 *
 * @returns `null` without the header
 * @throws problem unauthenticated
 * @see RFC 9110 §11.6.2
 */
export const bearerToken = (authorization: string | undefined): string | null => {
  if (authorization === undefined) return null;
  const token = authorization.length > AUTHORIZATION_MAX_LENGTH ? undefined : CREDENTIALS.exec(authorization)?.[1];
  if (token === undefined) throw problem('unauthenticated');
  return token;
};
