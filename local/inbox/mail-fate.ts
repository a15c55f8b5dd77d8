/** What a test can order to become of mail. */
export const FEEDBACK_ORDERS = ['bounce', 'complaint', 'delay', 'reject'] as const;

export type FeedbackOrder = (typeof FEEDBACK_ORDERS)[number];

/** What becomes of a mail here: `suppressed` is on the account's list, `suppressed-by-ses` on that of all of SES. */
export type LaptopFate = FeedbackOrder | 'delivery' | 'suppressed' | 'suppressed-by-ses';

/** The mailbox simulator's addresses, by what stands before the domain. @see SES developer guide, "Using the mailbox simulator manually" */
const SIMULATOR: Readonly<Record<string, LaptopFate>> = {
  bounce: 'bounce',
  complaint: 'complaint',
  suppressionlist: 'suppressed-by-ses',
  success: 'delivery',
  ooto: 'delivery',
};

const SIMULATED = /^(?<name>[a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/;

/** What becomes of a mail to an address of the mailbox simulator. @returns `null` for any other address */
export const simulatedFate = (email: string): LaptopFate | null => {
  const name = SIMULATED.exec(email.toLowerCase())?.groups?.name ?? '';
  return Object.hasOwn(SIMULATOR, name) ? (SIMULATOR[name] ?? null) : null;
};

/** Whether a mail with this fate lies in the inbox. */
export const arrives = (fate: LaptopFate): boolean => fate === 'delivery' || fate === 'complaint' || fate === 'delay';
