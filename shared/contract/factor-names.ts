/** Second factors, by the names in answers, in the order in which a client should offer them. */
export const SECOND_FACTORS = ['totp', 'sms', 'recovery_code'] as const;

export type SecondFactor = (typeof SECOND_FACTORS)[number];
