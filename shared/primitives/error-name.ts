/** What the name of an error may look like that comes from another service's answer: it is told and logged, so it is not taken on trust. */
export const ERROR_NAME = /^[A-Za-z][A-Za-z0-9.]{0,63}$/;

/** An error's name, and nothing of what it says: its message can echo what was in a request. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
