/**
 * Entry point of `npm run alarms` (docs/adr/0078): lists the alarms of a stack, and sets each off once. See scripts/alarms/.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { csprng } from '../shared/primitives/randomness.ts';
import { openAlarms } from './alarms/open-alarms.ts';
import { readArguments, USAGE } from './alarms/read-arguments.ts';
import { runAlarms } from './alarms/run-alarms.ts';
import { makeAwsCaller } from './aws/aws-caller.ts';
import { openOperator } from './aws/operator.ts';
import { askOrStop } from './command/ask-person.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'alarms',
  usage: USAGE,
  readArguments,
  run: async (asked) =>
    runAlarms({
      asked,
      alarms: openAlarms(makeAwsCaller({ ...(await openOperator()), clock: systemClock, randomness: csprng })),
      ask: askOrStop,
      say: (line) => console.log(line),
      pause: (ms) => pause(ms),
    }),
  doneSoFar: 'An alarm that was set off goes back by itself within minutes',
});
