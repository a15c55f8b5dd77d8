/**
 * Entry point of `npm run account` (docs/adr/0067): looks into an account and acts on it, for an operator. See scripts/account/.
 */

import { openPlace } from './account/open-place.ts';
import { readArguments, USAGE } from './account/read-arguments.ts';
import { runAccount } from './account/run-account.ts';
import { askPerson } from './ask-person.ts';
import { runCommand } from './run-command.ts';

/** Errors whose message is our own, and holds nothing of a row. */
const SAYS_WHAT_TO_DO: ReadonlySet<string> = new Set(['NoRunningService', 'CallerUnknown', 'ClockUnusable']);

await runCommand({
  name: 'account',
  usage: USAGE,
  readArguments,
  run: async (asked) => {
    try {
      return await runAccount({
        asked,
        place: openPlace(asked.place),
        confirm: async (question) => (await askPerson(`${question}\nDo it?`)) ?? false,
        say: (text) => console.log(text),
        report: (line) => console.error(line),
      });
    } catch (error) {
      if (!(error instanceof Error) || !SAYS_WHAT_TO_DO.has(error.name)) throw error;
      console.error(error.message);
      return false;
    }
  },
  doneSoFar: 'What was done is kept, and show tells of it',
});
