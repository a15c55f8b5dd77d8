/** Seconds until a challenge expires (OWASP MFA Cheat Sheet: short). */
export const CHALLENGE_SECONDS = 600;

/** Seconds until a code by SMS expires, and until its delivery is given up. */
export const SMS_CODE_SECONDS = 600;
