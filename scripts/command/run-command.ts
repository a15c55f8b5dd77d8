import { useRegion } from '../../shared/aws/aws-environment.ts';
import { openOperator } from '../aws/operator.ts';
import type { CommonArguments } from './command-line.ts';
import { explainFailure } from './explain-failure.ts';
import { plain, plainLines } from './terminal-text.ts';

/** An operator's command. */
export interface Command<Arguments> {
  /** Its name for `npm run`. */
  name: string;
  /** Help text. */
  usage: string;
  /** @returns `null` where help is asked for @throws Error that says what is wrong with the command line */
  readArguments: (args: string[]) => Arguments | null;
  /** @returns whether everything is done; otherwise the exit code is 1 */
  run: (asked: Arguments) => Promise<boolean>;
  /** Whether it does without AWS, as beside a laptop's service; left out for never. */
  isOnLaptop?: (asked: Arguments) => boolean;
  /** Beginning of a sentence about the finished part, for an interruption: `What was redriven is`. */
  doneSoFar: string;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs a command with the process's arguments. Exit code 1: it stopped or is incomplete; 2: it was called wrongly. */
export const runCommand = async <Arguments extends CommonArguments>(command: Command<Arguments>): Promise<void> => {
  const { name, usage, readArguments, run, isOnLaptop = () => false, doneSoFar } = command;
  let asked: Arguments | null;
  try {
    asked = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${plainLines(said(error))}\n\n${usage}`);
    process.exit(2);
  }
  if (asked === null) {
    console.log(usage);
    return;
  }
  if (asked.region !== undefined) useRegion(asked.region);
  try {
    if (!isOnLaptop(asked)) await (await openOperator()).credentials(); // before anything is asked or done
    process.exitCode = (await run(asked)) ? 0 : 1;
  } catch (error) {
    const failure = explainFailure(error);
    const advice = failure.advice === null ? '' : ` ${plain(failure.advice)}`;
    console.error(
      failure.name === null
        ? plain(failure.advice ?? '')
        : `${name} stopped: ${plain(failure.name)}.${advice} ${doneSoFar}; run it again for the rest.`,
    );
    process.exit(1);
  }
};
