/** How long a cache may keep an answer that is the same for all, in seconds. */
export interface PublicCache {
  maxAgeSeconds: number;
  /** For so much longer, while the answer is asked for anew beside it (RFC 5861 §3). */
  staleSeconds: number;
}

/**
 * Of the keys and of where they are: verifiers that give up soon, as API Gateway's after 1.5 seconds, then seldom meet a function that only
 * starts. A key comes into use only after all of this time (docs/adr/0069).
 */
export const KEPT_DOCUMENT: PublicCache = { maxAgeSeconds: 5 * 60, staleSeconds: 10 * 60 };

/** The header of an answer. @param cache `null` for one that is for its caller alone (ASVS 14.3.2) */
export const cacheControlOf = (cache: PublicCache | null): string =>
  cache === null ? 'no-store' : `public, max-age=${cache.maxAgeSeconds}, stale-while-revalidate=${cache.staleSeconds}`;
