/** The two addresses of a change of address: the account's present one, and the one that it is to have. */
export const EMAIL_SIDES = ['old', 'new'] as const;

export type EmailSide = (typeof EMAIL_SIDES)[number];

/** Where tokens of a change go. That of a number confirms nothing: it can cancel the change, as the others can. */
export const EMAIL_CHANGE_CHANNELS = [...EMAIL_SIDES, 'phone'] as const;

export type EmailChangeChannel = (typeof EMAIL_CHANGE_CHANNELS)[number];
