const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How often a running function reads the keyring again, in seconds. */
export const RE_READ_AFTER_SECONDS = 5 * MINUTE;

/** Within this time every running function knows a new keyring, in seconds, though two reads in a row should fail. */
export const KNOWN_EVERYWHERE_AFTER_SECONDS = 3 * RE_READ_AFTER_SECONDS;

/**
 * How long others may go on with the signing keys that they have fetched, in seconds.
 * @see API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers": public keys are cached for two hours
 */
export const VERIFIERS_CACHE_SECONDS = 2 * HOUR;

/** From the making of a keyring to its being the current one, in seconds: the four steps, tried again by Secrets Manager. */
export const ROTATION_MAY_TAKE_SECONDS = HOUR;

/**
 * How long a signing key verifies once its successor is in use, in seconds. What we sign lives 15 minutes at most (settings:
 * sessions.accessTokenSeconds; phone proofs 10); the rest is for a function that was frozen and signs with the older key as it thaws.
 */
export const SUPERSEDED_KEPT_SECONDS = 24 * HOUR;
