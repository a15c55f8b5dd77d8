/**
 * Entry point of `npm run suppression` (docs/adr/0063): shows and clears the addresses that mail does not reach. See scripts/suppression/.
 */
import { systemClock } from '../shared/lambda/system-clock.ts';
import { csprng } from '../shared/primitives/randomness.ts';
import { askOrStop } from './command/ask-person.ts';
import { runCommand } from './command/run-command.ts';
import { openSuppression } from './suppression/open-suppression.ts';
import { readArguments, USAGE } from './suppression/read-arguments.ts';
import { runSuppression } from './suppression/run-suppression.ts';

await runCommand({
  name: 'suppression',
  usage: USAGE,
  readArguments,
  run: async (asked) => {
    const parts = await openSuppression({ table: asked.table, clock: systemClock, randomness: csprng });
    return runSuppression({ asked, ...parts, ask: askOrStop, say: (line) => console.log(line) });
  },
  doneSoFar: 'What was cleared is',
});
