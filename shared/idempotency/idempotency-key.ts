import { problem } from '../contract/problems.ts';

/** Enough for any id, and a bound on what is hashed. */
const KEY_MAX_LENGTH = 255;

/** A String of structured fields: printable ASCII, in which a quote and a backslash are escaped. @see RFC 9651 §3.3.3 */
const STRING = /^"((?:[\x20\x21\x23-\x5B\x5D-\x7E]|\\["\\])*)"$/;

/** As clients of other services send it, without quotes; no comma, by which API Gateway joins two headers. */
const BARE = /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+$/;

/**
 * Reads the header Idempotency-Key. A key that can't be read must not count as absent: its sender relies on it.
 *
 * @returns 1…255 characters, the same with and without quotes; `null` without the header
 * @throws problem invalid-request
 * @see draft-ietf-httpapi-idempotency-key-header §2.1
 */
export const readIdempotencyKey = (header: string | undefined): string | null => {
  if (header === undefined) return null;
  const text = header.trim();
  const key = STRING.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? BARE.exec(text)?.[0] ?? '';
  if (key.length > 0 && key.length <= KEY_MAX_LENGTH) return key;
  throw problem('invalid-request', { errors: [{ field: 'Idempotency-Key', code: 'not-an-idempotency-key' }] });
};
