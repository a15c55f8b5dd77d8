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
  /** Beginning of a sentence about the finished part, for an interruption: `What was redriven is`. */
  doneSoFar: string;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs a command with the process's arguments. Exit code 1: it stopped or is incomplete; 2: it was called wrongly. */
export const runCommand = async <Arguments>(command: Command<Arguments>): Promise<void> => {
  const { name, usage, readArguments, run, doneSoFar } = command;
  let asked: Arguments | null;
  try {
    asked = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${said(error)}\n\n${usage}`);
    process.exit(2);
  }
  if (asked === null) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = (await run(asked)) ? 0 : 1;
  } catch (error) {
    // The name alone: messages of the SDK can quote a row.
    const what = error instanceof Error ? error.name : 'unknown error';
    console.error(`${name} stopped: ${what}. ${doneSoFar}; run it again for the rest.`);
    process.exit(1);
  }
};
