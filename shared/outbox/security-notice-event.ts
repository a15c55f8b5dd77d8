/** What an account's owner is told of by mail, wherever it came from. */
export const SECURITY_NOTICE_EVENTS = [
  'password-changed',
  'authenticator-added',
  'authenticator-removed',
  'authenticator-ahead',
  'sms-added',
  'sms-removed',
  'phone-changed',
  'phone-removed',
  'recovery-phone-changed',
  'recovery-phone-removed',
  'recovery-phone-lost',
  'email-changed',
  'email-change-failed',
  'recovery-codes-renewed',
  'recovery-code-used',
  'two-factor-locked',
  'email-code-locked',
  'deletion-cancelled',
  'data-exported',
] as const;

export type SecurityNoticeEvent = (typeof SECURITY_NOTICE_EVENTS)[number];
