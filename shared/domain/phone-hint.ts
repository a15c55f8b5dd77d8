/** As much of a number as may be shown to whoever knows the password: its last two digits. @param e164 a number */
export const phoneHint = (e164: string): string => `•• ${e164.slice(-2)}`;
