/** The first code can be asked for again after this long, then after twice as long each time (security.md: pumping). */
export const FIRST_RESEND_SECONDS = 30;

/** Waiting times are forgotten after this long without a request. */
export const RESEND_MEMORY_SECONDS = 60 * 60;

/** How long to wait after the next request. @param seconds the present wait @returns never more than is remembered */
export const longerWaitSeconds = (seconds: number): number => Math.min(2 * seconds, RESEND_MEMORY_SECONDS);
