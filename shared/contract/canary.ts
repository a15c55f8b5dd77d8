/** How often the canary runs unless set, in minutes. @see docs/adr/0079 */
export const CANARY_EVERY_MINUTES = 5;

/** What a run looks at, in its order: values of a metric's dimension and of log lines. */
export const CANARY_STEPS = [
  'health',
  'discovery',
  'jwks',
  'reset-token',
  'account',
  'sign-in',
  'sign-out',
  'recovery',
] as const;

export type CanaryStep = (typeof CANARY_STEPS)[number];

/**
 * SES's mailbox simulator takes every mail to this local part, with whatever label, and nobody can read it.
 * @see SES developer guide, "Using the mailbox simulator manually"
 */
const LOCAL_PART = 'success+keyturn-canary-';
const DOMAIN = '@simulator.amazonses.com';

/** The canary's address, canonical. @param accountId a UUID */
export const canaryEmail = (accountId: string): string => `${LOCAL_PART}${accountId}${DOMAIN}`;

/** Whether an address is that of a canary, of this deployment or another. @param email canonical */
export const isCanaryEmail = (email: string): boolean => email.startsWith(LOCAL_PART) && email.endsWith(DOMAIN);
