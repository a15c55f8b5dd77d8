import type { Randomness } from '../primitives/clock.ts';

/** The cost of argon2id. @see RFC 9106 §4, OWASP Password Storage Cheat Sheet */
export interface Argon2Parameters {
  memoryKiB: number;
  iterations: number;
  parallelism: number;
}

/** A password hash, taken apart. */
export interface PhcString {
  /** The function and its version, as in `$argon2id$v=19`. */
  kind: string;
  parameters: Argon2Parameters;
  salt: Buffer;
  digest: Buffer;
  /** The optional parameters `keyid` and `data`, in the standard's order and as they were written. This service writes neither. */
  optional?: readonly string[];
}

/** The kind of hash that is written today. */
export const TODAYS_KIND = '$argon2id$v=19';

/** The function with its version, the parameters in any order, salt and digest. */
const PHC = /^(\$argon2(?:id|i|d)(?:\$v=\d+)?)\$([^$]+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Base64 without padding, as the format wants it. */
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/**
 * Writes a hash in the standard's form. The reference decoder, which other languages use, expects memory, iterations and lanes in
 * this order and without leading zeros, and base64 without padding.
 *
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md#argon2-encoding
 */
export const writePhcString = ({ kind, parameters, salt, digest, optional = [] }: PhcString): string => {
  const { memoryKiB, iterations, parallelism } = parameters;
  const all = [`m=${memoryKiB}`, `t=${iterations}`, `p=${parallelism}`, ...optional];
  return `${kind}$${all.join(',')}$${unpadded(salt)}$${unpadded(digest)}`;
};

/**
 * Reads a hash whose parameters are in any order: libraries have written more than one.
 *
 * @returns `null` for a text that is no argon2 hash, or one with parameters that the standard doesn't have
 */
export const readPhcString = (phc: string): PhcString | null => {
  const [, kind = '', list = '', salt = '', digest = ''] = PHC.exec(phc) ?? [];
  const named = list
    .split(',')
    .map((one): [string, string] => [one.split('=')[0] ?? '', one.slice(one.indexOf('=') + 1)]);
  const { m, t, p, keyid, data, ...unknown }: Partial<Record<string, string>> = Object.fromEntries(named);
  const parameters = { memoryKiB: Number(m), iterations: Number(t), parallelism: Number(p) };
  if (Object.keys(unknown).length > 0 || !Object.values(parameters).every((one) => Number.isInteger(one))) return null;
  return {
    kind,
    parameters,
    salt: Buffer.from(salt, 'base64'),
    digest: Buffer.from(digest, 'base64'),
    optional: [...(keyid === undefined ? [] : [`keyid=${keyid}`]), ...(data === undefined ? [] : [`data=${data}`])],
  };
};

const SALT_BYTES = 16;
const DIGEST_BYTES = 32;

/**
 * A hash that is of no password: random bytes in the place of the digest. Verifying against it costs the same as any other.
 *
 * @param parameters today's
 */
export const unusablePhc = (parameters: Argon2Parameters, randomness: Randomness): string =>
  writePhcString({
    kind: TODAYS_KIND,
    parameters,
    salt: randomness.bytes(SALT_BYTES),
    digest: randomness.bytes(DIGEST_BYTES),
  });
