/** Sensitive actions want a proof that is no older than this (ASVS 7.5.1, RFC 9470). */
export const FRESH_SECONDS = 300;

/** Seconds until a challenge expires (OWASP MFA Cheat Sheet: short). */
export const CHALLENGE_SECONDS = 600;

/**
 * For how long a reset stands for the code by mail of a new device, for one sign-in: as long as such a code would live. Also one by SMS,
 * whose owner may have lost the mailbox (docs/adr/0066).
 */
export const RESET_PROVES_SECONDS = 10 * 60;

/** Seconds until a code by SMS expires, and until its delivery is given up. */
export const SMS_CODE_SECONDS = 600;

/** Seconds for which a place in the security history is good at least: no reader takes longer. */
export const HISTORY_CURSOR_SECONDS = 24 * 60 * 60;

/**
 * Life of a device token and of its cookie, from the device's last complete sign-in. Browsers keep no cookie longer.
 * @see RFC 6265bis §5.5
 */
export const DEVICE_SECONDS = 400 * 24 * 60 * 60;

/** Life of the link that undoes a change, and of what undo needs: 7 days (docs/security.md, after OWASP ASVS 5.0 6.3.7). */
export const UNDO_SECONDS = 7 * 24 * 60 * 60;

/** For how long something is heard of a mail. Reports of complaints may take weeks (RFC 5965); SES itself gives up within hours. */
export const MAIL_REFERENCE_SECONDS = 30 * 24 * 60 * 60;

/** Life of a proof mail's token, and the time from one such mail of an account to the next: a mailbox that refuses all of them costs reputation. */
export const EMAIL_PROOF_SECONDS = 6 * 60 * 60;

/** A number that was a factor can't be chosen for recovery for so long: a stolen one must not come back as a way in (docs/adr/0054). */
export const FORMER_FACTOR_SECONDS = 30 * 24 * 60 * 60;

/** Life of a recovery token that goes out by SMS: with another one the messages of an hour would be others than its limit allows. */
export const RECOVERY_SMS_SECONDS = 30 * 60;

/** For how long no recovery by phone begins once its owner has said of one that it was not theirs: who asked will ask again. */
export const RECOVERY_PAUSE_SECONDS = 24 * 60 * 60;

/** For how long an undo refuses new recovery requests and changes: a day for the owner to secure what the intruder used. */
export const FREEZE_SECONDS = 24 * 60 * 60;

/**
 * For how long after an account's erasure its id is looked at once more. By then nothing is on its way for it: an intent that could not be
 * delivered stays 14 days, and what is named by the hash of a token has expired and had a week to be removed by DynamoDB's TTL.
 *
 * @see DynamoDB developer guide, "Using time to live": within a few days of the expiration
 */
export const SETTLE_SECONDS = 14 * 24 * 60 * 60;

/** Life of the link to an export that is too large for an answer: long enough to come to a computer, short for what it opens. */
export const EXPORT_SECONDS = 24 * 60 * 60;

/** For how long a repeat of the request with the same Idempotency-Key gets the export once more, as other answers with a secret are kept. */
export const EXPORT_REPEAT_SECONDS = 10 * 60;
