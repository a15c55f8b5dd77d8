/**
 * Control, format and unassigned characters, and the ends of lines that are not `\n`: escape sequences, which move the cursor or change
 * what stands there already, and marks that turn the direction of writing round.
 *
 * @see ECMA-48 §5.3, the C1 controls; Unicode Standard Annex #9, "Bidirectional Algorithm"
 */
const ACTS_ON_TERMINALS = /[\p{C}\u2028\u2029]/gu;

/** A value on one line of a terminal: strangers choose names, and others choose addresses. */
export const plain = (value: string): string => value.replace(ACTS_ON_TERMINALS, '?');

/** The same for a text whose ends of lines are its own. */
export const plainLines = (text: string): string => text.split('\n').map(plain).join('\n');

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

/**
 * JSON on one line, for programs, that does nothing to a terminal either. Every parser reads the same from it: JSON.stringify escapes the C0
 * controls alone, and this the rest.
 *
 * @see RFC 8259 §7
 */
export const jsonLine = (value: unknown): string => JSON.stringify(value).replace(ACTS_ON_TERMINALS, escaped);
