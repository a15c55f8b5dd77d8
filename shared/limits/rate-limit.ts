/** What a limit counts by. `global` protects the bill and the mail reputation when sources and identifiers both vary. */
export type LimitDimension = 'identifier' | 'source' | 'global';

/** How often something may happen within a window of time. */
export interface LimitPolicy {
  /** Stable name; part of the counter's key. */
  name: string;
  dimension: LimitDimension;
  /** How many are let through per window, 1 or more. */
  max: number;
  windowSeconds: number;
}

/** One counter that a request has to pass. */
export interface LimitWindow {
  policy: LimitPolicy;
  /** The counter's key, without anything that a reader could turn back into an address. */
  key: string;
  max: number;
  startsAtEpochSeconds: number;
  endsAtEpochSeconds: number;
}

/**
 * The global counter is spread over this many rows: DynamoDB lets one row take part in one transaction at a time, and
 * one row for everybody would make strangers conflict with each other.
 */
export const GLOBAL_LIMIT_SHARDS = 16;

/**
 * The window that an instant falls into. Windows stand still in time, each key's with a phase of its own, so a
 * new one begins by itself when the time comes and no two keys' begin together.
 *
 * @param keyDigest at least 4 bytes of keyed hash over the identifier or source
 * @param shard 0…GLOBAL_LIMIT_SHARDS-1 for the dimension `global`, whose maximum is shared out; otherwise `null`
 */
export const limitWindow = ({
  policy,
  keyDigest,
  shard,
  nowSeconds,
}: {
  policy: LimitPolicy;
  keyDigest: Buffer;
  shard: number | null;
  nowSeconds: number;
}): LimitWindow => {
  const phaseSeconds = keyDigest.readUInt32BE(0) % policy.windowSeconds;
  const index = Math.floor((nowSeconds + phaseSeconds) / policy.windowSeconds);
  const startsAtEpochSeconds = index * policy.windowSeconds - phaseSeconds;
  const bucket = shard === null ? keyDigest.toString('base64url') : `shard-${shard}`;
  return {
    policy,
    key: `${policy.name}#${bucket}#${index}`,
    max: shard === null ? policy.max : Math.max(1, Math.ceil(policy.max / GLOBAL_LIMIT_SHARDS)),
    startsAtEpochSeconds,
    endsAtEpochSeconds: startsAtEpochSeconds + policy.windowSeconds,
  };
};

/** What a refused request is told: the same for everybody, whether or not an account is behind the identifier. */
export interface LimitExceeded {
  limit: number;
  windowSeconds: number;
  /** Whole seconds, 1 or more, until the counter that refused begins anew. */
  retryAfterSeconds: number;
}

/** Turns the counters that refused into what the caller is told: the longest wait decides. @param windows one or more */
export const limitExceeded = (windows: readonly LimitWindow[], nowSeconds: number): LimitExceeded => {
  const last = windows.reduce((a, b) => (b.endsAtEpochSeconds > a.endsAtEpochSeconds ? b : a));
  return {
    limit: last.policy.max,
    windowSeconds: last.policy.windowSeconds,
    retryAfterSeconds: Math.max(1, last.endsAtEpochSeconds - nowSeconds),
  };
};
