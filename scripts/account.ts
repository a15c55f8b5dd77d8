/**
 * Entry point of `npm run account` (docs/adr/0067): looks into an account and acts on it, for an operator. See scripts/account/.
 */

import { openPlace } from './account/open-place.ts';
import { readArguments, USAGE } from './account/read-arguments.ts';
import { runAccount } from './account/run-account.ts';
import { askPerson } from './command/ask-person.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'account',
  usage: USAGE,
  readArguments,
  isOnLaptop: ({ place }) => place.kind === 'laptop',
  run: async (asked) =>
    runAccount({
      asked,
      place: openPlace(asked.place),
      // without a terminal it answers as for a no, so that a script with --json has its document
      confirm: async (question) => (await askPerson(`${question}\nDo it?`)) ?? false,
      say: (text) => console.log(text),
      report: (line) => console.error(line),
    }),
  doneSoFar: 'What was done is kept, and show tells of it',
});
