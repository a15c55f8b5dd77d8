/** Sensitive actions want a proof that is no older than this (ASVS 7.5.1, RFC 9470). */
export const FRESH_SECONDS = 300;

/** Seconds until a challenge expires (OWASP MFA Cheat Sheet: short). */
export const CHALLENGE_SECONDS = 600;

/**
 * For how long a new password that a mailed token has set proves the mailbox as well, for one sign-in: as long as a code by mail would
 * live (docs/adr/0066).
 */
export const RESET_PROVES_SECONDS = 10 * 60;

/** Seconds until a code by SMS expires, and until its delivery is given up. */
export const SMS_CODE_SECONDS = 600;

/**
 * Life of a device token and of its cookie, from the device's last complete sign-in. Browsers keep no cookie longer.
 * @see RFC 6265bis §5.5
 */
export const DEVICE_SECONDS = 400 * 24 * 60 * 60;

/** Life of the link that undoes a change, and of what undo needs: 7 days (docs/security.md, after OWASP ASVS 5.0 6.3.7). */
export const UNDO_SECONDS = 7 * 24 * 60 * 60;

/** For how long an undo refuses new recovery requests and changes: a day for the owner to secure what the intruder used. */
export const FREEZE_SECONDS = 24 * 60 * 60;
