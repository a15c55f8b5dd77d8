/** Letters and digits of a secret that the stack generates: some 380 bits, infeasible to guess, and well within the size of a header. */
export const GENERATED_SECRET_LENGTH = 64;

/** A stored value that is shorter, or empty, is no secret of the stack's: an operator has overwritten it. */
const LEAST_LENGTH = 32;

/** Whether a stored value may be taken for a secret that the stack has generated. */
export const isGeneratedSecret = (value: string): boolean => value.length >= LEAST_LENGTH;

/**
 * The generations of a secret that are good, the newest first: that one, and the one before it until the next is made, for who presents
 * it changes over later than who checks it.
 *
 * @param newest 1 or more
 */
export const goodGenerations = (newest: number): number[] => (newest > 1 ? [newest, newest - 1] : [newest]);
