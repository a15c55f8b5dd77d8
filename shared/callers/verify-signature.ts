import { createHmac, timingSafeEqual } from 'node:crypto';
import { isSignatureError, type SignatureErrorCode, type Verifier, verifySignature } from 'http-message-sig';
import { CLIENT_ADDRESS_HEADER } from '../contract/trusted-callers.ts';
import { isDigestOf } from './content-digest.ts';
import type { SignatureFault, SignedRequest } from './signed-request.ts';

/** @see RFC 9421 §3.3.3 */
const ALGORITHM = 'hmac-sha256';

/**
 * How far `created` may be from this clock, before or after, in seconds: what AWS gives to signed requests of its own (Signature
 * Version 4), and enough for a back end whose clock is off or whose request was sent again.
 */
export const CREATED_WITHIN_SECONDS = 5 * 60;

/** Field content that a signature can cover. @see RFC 9110 §5.5 */
const ASCII_FIELD = /^[\t\x20-\x7e]*$/;

/** No caller has a key of the name that a signature gives. */
class UnknownKey extends Error {
  override readonly name = 'UnknownKey';
}

/** What the library says of a signature, as the problem does. The others mean that headers can't be read, or cover what isn't there. */
const FAULTS: { readonly [Code in SignatureErrorCode]?: SignatureFault } = {
  PolicyViolation: 'unacceptable',
  AlgorithmMismatch: 'unacceptable',
  VerificationFailed: 'mismatch',
};

/** Compares MACs in constant time; a signature of another length is none. */
export const hmacVerifier = (secret: string | Buffer): Verifier => ({
  algorithm: ALGORITHM,
  verify: (base, signature) => {
    const wanted = createHmac('sha256', secret).update(base).digest();
    return wanted.length === signature.length && timingSafeEqual(wanted, signature);
  },
});

const requiredComponents = ({ hasQuery, hasBody }: SignedRequest): string[] => [
  '@method',
  '@path',
  ...(hasQuery ? ['@query'] : []),
  ...(hasBody ? ['content-digest'] : []),
  CLIENT_ADDRESS_HEADER,
];

const messageOf = ({ method, targetUri, headers }: SignedRequest) => ({
  kind: 'request' as const,
  method,
  targetUri,
  // The library refuses a message for any header of other characters, also one that no signature covers.
  fields: Object.entries(headers).flatMap(([name, value]) =>
    value !== undefined && ASCII_FIELD.test(value) ? [{ name, value }] : [],
  ),
});

/** @throws Error where a secret can't be read, and not for a signature */
const faultOf = (error: unknown): SignatureFault => {
  if (!isSignatureError(error)) throw error;
  if (error.code !== 'ResolverFailed') return FAULTS[error.code] ?? 'malformed';
  if (error.cause instanceof UnknownKey) return 'unknown-key';
  throw error.cause;
};

const digestFault = (request: SignedRequest, bytes: Buffer): SignatureFault | null => {
  const digest = request.headers['content-digest'];
  if (digest === undefined) return null; // not covered either: there is no body
  try {
    return isDigestOf(digest, bytes) ? null : 'other-body';
  } catch {
    return 'malformed';
  }
};

/**
 * Verifies that a trusted caller signed a request: once, over method, path, query, body and the address that it names, just now.
 * The body is digested last, so that strangers can't have it done.
 *
 * @param keyOf the secret that a `keyid` names; `null` for none. What it throws is thrown
 * @returns the key that it is signed with, or why it isn't taken
 * @throws problem invalid-request for a body that can't be read
 * @see RFC 9421 §3.2
 */
export const verifySignedRequest = async (
  request: SignedRequest,
  { keyOf, nowSeconds }: { keyOf: (keyId: string) => Promise<string | null>; nowSeconds: number },
): Promise<{ keyId: string } | { fault: SignatureFault }> => {
  try {
    const { parameters } = await verifySignature(messageOf(request), {
      policy: {
        algorithms: [ALGORITHM],
        requiredComponents: requiredComponents(request),
        requiredParameters: ['created', 'keyid', 'nonce'],
        now: nowSeconds,
        clockSkew: Number.MAX_SAFE_INTEGER, // times are judged below, once it is known who wrote them
      },
      resolveVerifier: async ({ parameters: { keyid = '' } }) => {
        const secret = await keyOf(keyid);
        if (secret === null) throw new UnknownKey();
        return hmacVerifier(secret);
      },
    });
    const { created = 0, expires = nowSeconds, keyid: keyId = '', nonce } = parameters;
    if (nonce === '') return { fault: 'unacceptable' };
    if (Math.abs(nowSeconds - created) > CREATED_WITHIN_SECONDS || expires < nowSeconds) return { fault: 'not-now' };
    const fault = digestFault(request, request.body());
    return fault ? { fault } : { keyId };
  } catch (error) {
    return { fault: faultOf(error) };
  }
};
