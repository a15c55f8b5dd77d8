/**
 * Format of an international telephone number. Whether it exists is for the library of phone numbers.
 * @see ITU-T E.164 §6.2.1
 */
export const E164 = /^\+[1-9]\d{6,14}$/;
