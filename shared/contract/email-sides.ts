/** The two addresses of a change of address: the account's present one, and the one that it is to have. */
export const EMAIL_SIDES = ['old', 'new'] as const;

export type EmailSide = (typeof EMAIL_SIDES)[number];
