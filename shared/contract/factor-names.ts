/** Second factors, by the names in answers, in the order in which a client should offer them. */
export const SECOND_FACTORS = ['totp', 'sms', 'recovery_code'] as const;

export type SecondFactor = (typeof SECOND_FACTORS)[number];

/** A code that goes to the account's address, at a sign-in from a new device. It is no second factor (docs/adr/0066). */
export const EMAIL_CODE = 'email_code';

/** What a sign-in can still want past the password. */
export const CHALLENGE_FACTORS = [...SECOND_FACTORS, EMAIL_CODE] as const;

export type ChallengeFactor = (typeof CHALLENGE_FACTORS)[number];

/** What of the second factors an operator can reset: the apps, the number, or both. Recovery codes go with the last of them. */
export const RESETTABLE_FACTORS = ['totp', 'sms', 'all'] as const;

export type ResettableFactor = (typeof RESETTABLE_FACTORS)[number];
