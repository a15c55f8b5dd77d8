import { KEPT_DOCUMENT } from '../contract/public-cache.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Interval in seconds at which a running function reads the keyring again. */
export const RE_READ_AFTER_SECONDS = 5 * MINUTE;

/** Seconds until every running function has a new keyring, even after two failed reads in a row. */
export const KNOWN_EVERYWHERE_AFTER_SECONDS = 3 * RE_READ_AFTER_SECONDS;

/**
 * Seconds for which verifiers may use a JWKS: API Gateway's for two hours, after they have got it from a cache that had kept it for
 * as long as it may.
 * @see API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers": public keys are cached for two
 * hours
 */
export const VERIFIERS_CACHE_SECONDS = 2 * HOUR + KEPT_DOCUMENT.maxAgeSeconds + KEPT_DOCUMENT.staleSeconds;

/**
 * Longest time in seconds from making a new keyring to its becoming current: four steps, with Secrets Manager's
 * retries.
 */
export const ROTATION_MAY_TAKE_SECONDS = HOUR;

/**
 * Seconds for which a signing key still verifies after its successor came into use. JWTs live 15 minutes at most
 * (settings: sessions.accessTokenSeconds; phone proofs 10); the rest covers a frozen function that signs with the older
 * key when it thaws.
 */
export const SUPERSEDED_KEPT_SECONDS = 24 * HOUR;
