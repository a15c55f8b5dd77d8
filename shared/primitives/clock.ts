/** Source of time; injected everywhere, so that a test can check one second either side of an expiry. */
export interface Clock {
  /** The current instant in milliseconds since the Unix epoch. */
  nowMs(): number;
  /** The current instant in whole seconds since the Unix epoch, rounded down. */
  nowSeconds(): number;
}

/** Source of randomness; in production a CSPRNG only (ASVS 11.5.1). */
export interface Randomness {
  /** @param length number of bytes, 1 or more */
  bytes(length: number): Buffer;
  /** A version 4 UUID (RFC 9562 §5.4). */
  uuid(): string;
  /** @param exclusiveMax 1…2^48; the answer is uniform in 0…exclusiveMax-1 */
  integer(exclusiveMax: number): number;
}

/** An instant in the API's format: RFC 3339, UTC, whole seconds. @param epochSeconds seconds since the Unix epoch */
export const toRfc3339 = (epochSeconds: number): string =>
  new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
