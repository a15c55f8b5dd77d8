/** First words of each table's partition keys: `SIGN_UP` for `SIGN_UP#…`. Each names one kind of row. */
export interface KeyWords {
  accounts: 'ACCOUNT' | 'DELETION' | 'EMAIL' | 'ERASED' | 'PHONE';
  credentials: 'ACCOUNT';
  tokens:
    | 'ACCOUNT'
    | 'CHANGE'
    | 'DELETION'
    | 'EMAIL_CHANGE'
    | 'EMAIL_PROOF'
    | 'FACTOR_RESET'
    | 'EXPORT'
    | 'IDEMPOTENCY'
    | 'LIMIT'
    | 'PENDING'
    | 'RECOVERY'
    | 'RESEND'
    | 'SERIES'
    | 'SIGN_IN_LINK'
    | 'SIGN_IN_VETO'
    | 'SIGN_UP'
    | 'SMS_BREAKER'
    | 'SMS_BUDGET'
    | 'SMS_SPENT'
    | 'STEP_UP'
    | 'UNDO'
    | 'VERIFICATION';
  /** One per channel: mail and SMS. */
  outbox: 'INTENT' | 'SMS';
}
