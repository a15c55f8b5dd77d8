/** Stores the rows of older versions in the present one (docs/adr/0017). The rest of it is in scripts/upgrade-rows/. */
import { systemClock } from '../shared/config/system-clock.ts';
import { readArguments, USAGE } from './upgrade-rows/read-arguments.ts';
import { upgradeTables } from './upgrade-rows/upgrade-tables.ts';

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readOrExit = () => {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${said(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
};

const asked = readOrExit();
if (asked) {
  try {
    const isComplete = await upgradeTables({ ...asked, clock: systemClock, say: (line) => console.log(line) });
    process.exitCode = isComplete ? 0 : 1;
  } catch (error) {
    // By name alone: what the SDK says can repeat a row.
    console.error(
      `upgrade-rows stopped: ${error instanceof Error ? error.name : 'unknown error'}. What was upgraded is; run it again for the rest.`,
    );
    process.exit(1);
  }
} else {
  console.log(USAGE);
}
