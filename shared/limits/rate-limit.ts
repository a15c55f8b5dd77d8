/**
 * What a limit counts by. `global` protects the bill and the mail reputation from attacks that vary source and
 * identifier.
 */
export type LimitDimension = 'identifier' | 'source' | 'global';

/** How often something may happen within a window of time. */
export interface LimitPolicy {
  /** Stable name; part of the counter's key. */
  name: string;
  dimension: LimitDimension;
  /** Requests allowed per window, 1 or more. */
  max: number;
  windowSeconds: number;
}

/** One counter of a request. */
export interface LimitWindow {
  policy: LimitPolicy;
  /** The counter's key, a keyed hash that can't be reversed to an address. */
  key: string;
  /** `null` for one that is counted and refuses nothing. */
  max: number | null;
  startsAtEpochSeconds: number;
  endsAtEpochSeconds: number;
}

/**
 * Rows of the global counter. DynamoDB admits one transaction per row at a time, so with a single row unrelated
 * requests would conflict.
 */
export const GLOBAL_LIMIT_SHARDS = 16;

/**
 * The window of an instant. Windows are fixed in time with a phase per key, so a new one begins without a write, and
 * the windows of different keys don't begin together.
 *
 * @param keyDigest at least 4 bytes of keyed hash over the identifier or source
 * @param shard 0…GLOBAL_LIMIT_SHARDS-1 for the dimension `global`, whose maximum is divided among shards; otherwise
 * `null`
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

/**
 * Share of the global maximum from which on networks that have spent much are refused, so that those who come for the first
 * time don't meet the maximum. From the same share on a captcha is asked for near any limit: half of each is then left for
 * those who can show that they are no flood, and people who mistype don't meet it.
 */
const PRESSURE_SHARE = 1 / 2;

/** Share of a network's own maximum that it has under pressure. */
const FRESH_SHARE = 1 / 10;

/** The part of a window that is used up without pressure: of a global one, up to which all networks are equal. */
export const untilPressure = (window: LimitWindow): LimitWindow => ({
  ...window,
  max: window.max && Math.ceil(window.max * PRESSURE_SHARE),
});

/** A network's window under pressure. */
export const underPressure = (window: LimitWindow): LimitWindow => {
  const max = Math.ceil(window.policy.max * FRESH_SHARE);
  return { ...window, max, policy: { ...window.policy, max } };
};

/** The answer to a refused request, the same whether or not an account exists for the identifier. */
export interface LimitExceeded {
  limit: number;
  windowSeconds: number;
  /** Whole seconds, 1 or more, until the refusing counter's next window. */
  retryAfterSeconds: number;
}

/** Combines the counters that refused: the longest wait decides. @param windows one or more */
export const limitExceeded = (windows: readonly LimitWindow[], nowSeconds: number): LimitExceeded => {
  const last = windows.reduce((a, b) => (b.endsAtEpochSeconds > a.endsAtEpochSeconds ? b : a));
  return {
    limit: last.policy.max,
    windowSeconds: last.policy.windowSeconds,
    retryAfterSeconds: Math.max(1, last.endsAtEpochSeconds - nowSeconds),
  };
};
