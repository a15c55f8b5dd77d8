/**
 * Format of an international telephone number. Whether it exists is for the library of phone numbers.
 * @see ITU-T E.164 §6.2.1
 */
export const E164 = /^\+[1-9]\d{6,14}$/;

/** A number, or a short code, as SNS takes them. @see SNS developer guide, "Publishing to a mobile phone", AWS.MM.SMS.OriginationNumber */
export const ORIGINATION_NUMBER = /^\+?\d{5,14}$/;
