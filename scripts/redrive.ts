/**
 * Entry point of `npm run redrive` (docs/adr/0016): retries messages that could not be delivered. See scripts/redrive/.
 */
import { systemClock } from '../shared/lambda/system-clock.ts';
import { runCommand } from './command/run-command.ts';
import { readArguments, USAGE } from './redrive/read-arguments.ts';
import { redriveOutbox } from './redrive/redrive-outbox.ts';

await runCommand({
  name: 'redrive',
  usage: USAGE,
  readArguments,
  run: async (asked) => {
    await redriveOutbox({ ...asked, clock: systemClock, say: (line) => console.log(line) });
    return true; // rows that were left are reported with their reason
  },
  doneSoFar: 'What was redriven is',
});
