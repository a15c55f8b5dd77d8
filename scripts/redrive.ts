/** Has the messages that could not be delivered tried anew (docs/adr/0016). The rest of it is in scripts/redrive/. */
import { systemClock } from '../shared/lambda/system-clock.ts';
import { readArguments, USAGE } from './redrive/read-arguments.ts';
import { redriveOutbox } from './redrive/redrive-outbox.ts';
import { runCommand } from './run-command.ts';

await runCommand({
  name: 'redrive',
  usage: USAGE,
  readArguments,
  run: async (asked) => {
    await redriveOutbox({ ...asked, clock: systemClock, say: (line) => console.log(line) });
    return true; // what is left is told of, and waits for a reason
  },
  doneSoFar: 'What was redriven is',
});
