import { createInterface } from 'node:readline/promises';

/**
 * Asks the person at the terminal. Only `y` or `yes` is a yes.
 *
 * @returns `false` where there is no terminal, as in a script
 */
export const askPerson = async (question: string): Promise<boolean> => {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await terminal.question(`${question}\nDo it? [y/N] `);
    return /^y(es)?$/i.test(typed.trim());
  } finally {
    terminal.close();
  }
};
