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

/** There is no terminal; with `--yes` no question is asked. */
class NobodyToAsk extends Error {
  override readonly name = 'NobodyToAsk';
}

/** Asks the person at the terminal, as {@link askPerson} does. @returns whether the operator says yes @throws NobodyToAsk */
export const askOrStop = async (question: string): Promise<boolean> => {
  const isMeant = await askPerson(question);
  if (isMeant === null) throw new NobodyToAsk('Nothing was done: nobody is at a terminal to be asked, so give --yes.');
  return isMeant;
};
