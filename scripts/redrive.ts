/** Has the messages that could not be delivered tried anew (docs/adr/0016). The rest of it is in scripts/redrive/. */
import { systemClock } from '../shared/config/system-clock.ts';
import { readArguments, USAGE } from './redrive/read-arguments.ts';
import { redriveOutbox } from './redrive/redrive-outbox.ts';

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
    await redriveOutbox({ ...asked, clock: systemClock, say: (line) => console.log(line) });
  } catch (error) {
    // By name alone: what the SDK says can repeat a row.
    console.error(
      `redrive stopped: ${error instanceof Error ? error.name : 'unknown error'}. What was redriven is; run it again for the rest.`,
    );
    process.exit(1);
  }
} else {
  console.log(USAGE);
}
