/** What a person can prove beside their password; the names that answers use. */
export const SECOND_FACTORS = ['totp', 'sms', 'recovery_code'] as const;

export type SecondFactor = (typeof SECOND_FACTORS)[number];
