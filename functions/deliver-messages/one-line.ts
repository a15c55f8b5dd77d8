/** Control and formatting characters, lone surrogates, and Unicode's line and paragraph separators. */
const NOT_FOR_A_LINE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** Reduces a text to one visible line: characters that could end a header or hide in it become spaces. */
export const oneLine = (text: string): string => text.replace(NOT_FOR_A_LINE, ' ').replace(/\s+/gu, ' ').trim();
