/** How long a challenge waits for its answer (OWASP MFA Cheat Sheet: short). */
export const CHALLENGE_SECONDS = 600;

/** How long a code by SMS is good, and how long after the request it may still be sent. */
export const SMS_CODE_SECONDS = 600;
