/**
 * Entry point of `npm run upgrade-rows` (docs/adr/0017): stores rows of older versions in the present one. See
 * scripts/upgrade-rows/.
 */
import { systemClock } from '../shared/lambda/system-clock.ts';
import { runCommand } from './command/run-command.ts';
import { readArguments, USAGE } from './upgrade-rows/read-arguments.ts';
import { upgradeTables } from './upgrade-rows/upgrade-tables.ts';

await runCommand({
  name: 'upgrade-rows',
  usage: USAGE,
  readArguments,
  run: (asked) => upgradeTables({ ...asked, clock: systemClock, say: (line) => console.log(line) }),
  doneSoFar: 'What was upgraded is',
});
