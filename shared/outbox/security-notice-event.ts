/** What an account's owner is told of by mail, wherever it came from. */
export const SECURITY_NOTICE_EVENTS = [
  'password-changed',
  'authenticator-added',
  'authenticator-removed',
  'authenticator-ahead',
  'sms-added',
  'sms-removed',
  'phone-removed',
  'email-changed',
  'email-change-failed',
  'recovery-codes-renewed',
  'recovery-code-used',
  'two-factor-locked',
  'deletion-cancelled',
  'data-exported',
] as const;

export type SecurityNoticeEvent = (typeof SECURITY_NOTICE_EVENTS)[number];
