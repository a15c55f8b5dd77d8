/**
 * Every event that a log line can have, in one closed list: metrics, alarms and the runbook name events of it, and an event that
 * is not here does not compile.
 */
export type LogEvent =
  // The request itself, whichever flow answers it.
  | 'request'
  | 'origin-check'
  // A cold start of a flow that hashes passwords.
  | 'password-hasher'
  // Signing in and sessions.
  | 'account-created'
  | 'sign-in'
  | 'sign-out'
  | 'session-revoked'
  | 'other-sessions-revoked'
  | 'refresh-session'
  | 'refresh-token-reused'
  | 'reauthenticate'
  | 'reauthentication-locked'
  | 'password-reset'
  | 'password-changed'
  | 'deletion-requested'
  | 'deletion-cancelled'
  | 'account-erased'
  | 'data-exported'
  | 'export-downloaded'
  | 'erasure-failed'
  | 'erasure-run'
  | 'run-failed'
  | 'recovery-revoked'
  | 'sign-in-link-revoked'
  | 'sign-in-revoked'
  | 'change-undone'
  | 'factor-reset-stopped'
  | 'breach-check'
  | 'captcha-check'
  // Second factors and numbers.
  | 'second-factor'
  | 'second-factor-locked'
  | 'authenticator-added'
  | 'authenticator-removed'
  | 'authenticator-ahead'
  | 'sms-added'
  | 'sms-removed'
  | 'phone-verified'
  | 'phone-changed'
  | 'phone-removed'
  | 'recovery-phone-changed'
  | 'recovery-phone-removed'
  | 'recovery-codes-renewed'
  // Addresses.
  | 'email-change-requested'
  | 'email-change-confirmed'
  | 'email-change-cancelled'
  | 'email-change-failed'
  | 'email-changed'
  | 'email-undeliverable'
  | 'email-proof-requested'
  | 'email-proven'
  // What SES tells of sent mail.
  | 'mail-feedback'
  | 'mail-feedback-failed'
  // The outbox.
  | 'record-failed'
  | 'intent-delivered'
  | 'intent-failed'
  | 'dead-letter'
  | 'sms-budget'
  | 'sms-refused'
  // The canary, and what became of its recovery mails.
  | 'canary-step'
  | 'canary-run'
  | 'canary-mail'
  // The keyring.
  | 'keyring-not-read'
  | 'keyring-age'
  | 'rotation-step';
