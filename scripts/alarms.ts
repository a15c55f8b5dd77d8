/**
 * Entry point of `npm run alarms` (docs/adr/0078): lists the alarms of a stack, and sets each off once. See scripts/alarms/.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { csprng } from '../shared/primitives/randomness.ts';
import { openAlarms } from './alarms/open-alarms.ts';
import { readArguments, USAGE } from './alarms/read-arguments.ts';
import { runAlarms } from './alarms/run-alarms.ts';
import { askPerson } from './ask-person.ts';
import { runCommand } from './run-command.ts';

/** Nobody is at a terminal; with `--yes` nobody is asked. */
class NobodyToAsk extends Error {
  override readonly name = 'NobodyToAsk (add --yes)';
}

/** @returns whether the operator says yes @throws NobodyToAsk */
const ask = async (question: string): Promise<boolean> => {
  const isMeant = await askPerson(question);
  if (isMeant === null) throw new NobodyToAsk();
  return isMeant;
};

await runCommand({
  name: 'alarms',
  usage: USAGE,
  readArguments,
  run: async (asked) =>
    runAlarms({
      asked,
      alarms: await openAlarms({ clock: systemClock, randomness: csprng }),
      ask,
      say: (line) => console.log(line),
      pause: (ms) => pause(ms),
    }),
  doneSoFar: 'An alarm that was set off goes back by itself within minutes',
});
