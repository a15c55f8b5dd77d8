/** An operator's command: what it is called with, and what it does. */
export interface Command<Arguments> {
  /** As `npm run` calls it. */
  name: string;
  /** What is said of how it is called. */
  usage: string;
  /** @returns `null` where help is asked for @throws Error that says what is wrong with the command line */
  readArguments: (args: string[]) => Arguments | null;
  /** @returns whether all is done; otherwise the command ends with status 1 */
  run: (asked: Arguments) => Promise<boolean>;
  /** What is true of the part that was done where it stops: `What was redriven is`. */
  doneSoFar: string;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs a command of the process's arguments. Status 1: it stopped or is not complete; 2: it was called wrongly. */
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
    // By name alone: what the SDK says can repeat a row.
    const what = error instanceof Error ? error.name : 'unknown error';
    console.error(`${name} stopped: ${what}. ${doneSoFar}; run it again for the rest.`);
    process.exit(1);
  }
};
