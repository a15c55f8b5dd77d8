/** Reads a number of the command line. @throws Error that says what is allowed */
export const numberIn = (name: string, text: string, { min, max }: { min: number; max: number }): number => {
  const number = Number(text);
  if (text.trim() !== '' && number >= min && number <= max) return number;
  throw new Error(`--${name} is ${JSON.stringify(text)}: give a number from ${min} to ${max}`);
};

/** Likewise, without a fraction. @throws Error */
export const wholeNumberIn = (name: string, text: string, range: { min: number; max: number }): number => {
  const number = numberIn(name, text, range);
  if (Number.isInteger(number)) return number;
  throw new Error(`--${name} is ${text}: give a whole number`);
};
