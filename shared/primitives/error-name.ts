/** Accepted form of an error name in another service's answer, which is untrusted and gets logged. */
export const ERROR_NAME = /^[A-Za-z][A-Za-z0-9.]{0,63}$/;

/** The error's name alone: its message can quote the request. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
