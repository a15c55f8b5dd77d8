/** Length of a code from an app or by SMS. @see RFC 4226 §4 R4: six digits at least */
export const CODE_DIGITS = 6;

/** Whether a text has the form of a code from an app or by SMS. */
export const isDigitCode = (text: string): boolean => text.length === CODE_DIGITS && /^[0-9]+$/.test(text);
