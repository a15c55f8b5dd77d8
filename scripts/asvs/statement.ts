/** Who sees to a requirement that no test of this repository can show. */
export type Guarantor = 'AWS' | 'operator' | 'document' | 'design';

/** How a requirement stands. Paths in `where` begin at the root; a document's may end with an anchor. */
export type Statement =
  | { status: 'met'; where: readonly string[]; note?: string }
  | { status: 'stated'; by: Guarantor; where: readonly string[]; note: string }
  | { status: 'deviates' | 'not-met'; where: readonly string[]; note: string }
  | { status: 'does-not-apply'; note: string };

/** Statements by the number of the requirement: `6.2.1`. */
export type Statements = Readonly<Record<string, Statement>>;

/** Shown by at least one test with its tag. */
export const met = (...where: string[]): Statement => ({ status: 'met', where });

/** The same, with a sentence about what the test can't say. */
export const metWith = (note: string, ...where: string[]): Statement => ({ status: 'met', note, where });

/** Seen to by a person or a service that no test here can ask. */
export const stated = (by: Guarantor, note: string, ...where: string[]): Statement => ({
  status: 'stated',
  by,
  note,
  where,
});

/** Met in intent and not to the letter, by decision. */
export const deviates = (note: string, ...where: string[]): Statement => ({ status: 'deviates', note, where });

/** Not met yet. @param note what is missing */
export const notMet = (note: string, ...where: string[]): Statement => ({ status: 'not-met', note, where });

/** For a requirement on a condition that is not given here. */
export const doesNotApply = (note: string): Statement => ({ status: 'does-not-apply', note });
