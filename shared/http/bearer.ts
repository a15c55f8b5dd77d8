import { problem } from '../contract/problems.ts';

/** @see RFC 6750 §2.1 */
const CREDENTIALS = /^Bearer +([\w~+/.-]+=*)$/i;

const SCHEME = /^Bearer(?: |$)/i;

/** Of the whole header: longer than any with a token of ours. */
const AUTHORIZATION_MAX_LENGTH = 2048;

/**
 * Whether an Authorization header is an attempt with a token, good or not: only such a one is told that the token is wrong.
 *
 * @see RFC 6750 §3.1
 */
export const presentsToken = (authorization: string | undefined): boolean => SCHEME.test(authorization ?? '');

/**
 * Reads the token of an Authorization header. A caller who sends the header claims an identity, so a header that can't be read
 * must not count as none: another scheme, a token without one, two headers (which API Gateway joins by a comma), an empty value
 * or one that is too long.
 *
 * @returns `null` where there is no such header
 * @throws problem unauthenticated
 * @see RFC 9110 §11.6.2
 */
export const bearerToken = (authorization: string | undefined): string | null => {
  if (authorization === undefined) return null;
  const token = authorization.length > AUTHORIZATION_MAX_LENGTH ? undefined : CREDENTIALS.exec(authorization)?.[1];
  if (token === undefined) throw problem('unauthenticated');
  return token;
};
