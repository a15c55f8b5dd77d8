/** The alias of a function that every trigger calls; docs/operating.md names it too. */
export const LIVE = 'live';
