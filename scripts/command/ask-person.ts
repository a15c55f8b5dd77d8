import { createInterface } from 'node:readline/promises';
import { plainLines } from './terminal-text.ts';

/**
 * Asks the person at the terminal. Only `y` or `yes` is a yes.
 *
 * @returns `null` where there is no terminal, as in a script
 */
export const askPerson = async (question: string): Promise<boolean | null> => {
  if (!process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${plainLines(question)} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
};
