/** A telephone number as networks write it. That it exists is for the library of numbers to say. @see ITU-T E.164 §6.2.1 */
export const E164 = /^\+[1-9]\d{6,14}$/;
