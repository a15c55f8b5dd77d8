/**
 * Entry point of `npm run after-restore` (docs/adr/0084): makes restored tables safe before they go into service. See scripts/after-restore/.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { readArguments, USAGE } from './after-restore/read-arguments.ts';
import { settleTables } from './after-restore/settle-tables.ts';
import { askOrStop } from './command/ask-person.ts';
import { askAws } from './command/operator-act.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'after-restore',
  usage: USAGE,
  readArguments: (args) => readArguments(args, systemClock.nowMs()),
  run: async ({ yes, ...asked }) => {
    const question = `Every session and token ends, in ${asked.restored.accounts} and ${asked.restored.credentials}. Go on?`;
    if (!asked.dryRun && !yes && !(await askOrStop(question))) {
      console.error('Nothing was done.');
      return false;
    }
    const client = new DynamoDBClient();
    try {
      return await settleTables({
        ...asked,
        client,
        by: await askAws(),
        clock: systemClock,
        say: (line) => console.log(line),
        report: (line) => console.error(line),
      });
    } finally {
      client.destroy();
    }
  },
  doneSoFar: 'Accounts that are settled stay so',
});
