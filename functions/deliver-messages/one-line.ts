/** Control and formatting characters, halves of characters, and Unicode's own line and paragraph ends. */
const NOT_FOR_A_LINE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** Makes one visible line of a text: whatever could end a header or hide in it becomes a space. */
export const oneLine = (text: string): string => text.replace(NOT_FOR_A_LINE, ' ').replace(/\s+/gu, ' ').trim();
