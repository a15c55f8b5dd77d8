/**
 * What became of a mail:
 *
 * - `bounced`: the mailbox refused it for good
 * - `bounced-for-now`: it was refused for now, or until SES gave up: a full mailbox, a server that is down
 * - `suppressed`: SES did not send it, because the address is on a list of those that refused or complained before
 * - `complained`: its reader called it spam; `not-spam`: the reader took that back
 * - `rejected`: SES found a virus
 * - `delayed`: SES tries again
 * - `delivered`: the mailbox took it
 * - `other`: what SES may come to tell
 */
export const MAIL_FATES = [
  'bounced',
  'bounced-for-now',
  'suppressed',
  'complained',
  'not-spam',
  'rejected',
  'delayed',
  'delivered',
  'other',
] as const;

export type MailFate = (typeof MAIL_FATES)[number];
