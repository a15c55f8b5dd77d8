/**
 * What a signed-in owner can make of a number whose SMS they read: the second factor, the number of recovery, or the profile's number
 * and no more.
 */
export const NUMBER_PURPOSES = ['factor', 'recovery', 'contact'] as const;

export type NumberPurpose = (typeof NUMBER_PURPOSES)[number];
