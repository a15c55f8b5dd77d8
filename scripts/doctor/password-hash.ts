import * as z from 'zod/mini';
import { changePassword } from '../../functions/change-password/contract.ts';
import { completeSignUp } from '../../functions/complete-sign-up/contract.ts';
import { reauthenticate } from '../../functions/reauthenticate/contract.ts';
import { resetPassword } from '../../functions/reset-password/contract.ts';
import { signIn } from '../../functions/sign-in/contract.ts';
import type { LogEvent } from '../../shared/observability/log-events.ts';
import type { Check, Examination } from './check.ts';
import { partOf } from './deployed-stack.ts';
import { ok, unknown, warn } from './finding.ts';
import { FILTER_LOG_EVENTS } from './operations.ts';

const HASHING = [signIn, completeSignUp, resetPassword, reauthenticate, changePassword];

/** The faster library. @see docs/adr/0045 */
const FAST = '@node-rs/argon2';

const DAY_MS = 24 * 60 * 60 * 1000;
const LOOK_BACK_DAYS = 14;

/** A page of a search may be empty, and the next may not; so many are turned for each flow. */
const PAGES = 5;

const line = z.object({
  event: z.string(),
  library: z.optional(z.string()),
  architecture: z.optional(z.string()),
  duration_ms: z.optional(z.number()),
  cold_start: z.optional(z.boolean()),
});

/** The lines of an event in the log of a flow; what is in no form of ours is left out. */
const linesOf = async ({ ask, stack, clock }: Examination, flow: string, event: LogEvent) => {
  const logGroupName = partOf(await stack(), flow, 'Logs');
  const found: z.infer<typeof line>[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await ask(FILTER_LOG_EVENTS, {
      logGroupName,
      startTime: clock.nowMs() - LOOK_BACK_DAYS * DAY_MS,
      filterPattern: `"${event}"`,
      ...(nextToken && { nextToken }),
    });
    for (const { message } of answer.events ?? []) {
      try {
        const told = line.parse(JSON.parse(message));
        if (told.event === event) found.push(told);
      } catch {
        // a line of Lambda's own
      }
    }
    ({ nextToken } = answer);
    if (nextToken === undefined) break;
  }
  return found;
};

const median = (values: readonly number[]): number | null =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;

/** Which library hashes passwords, on which processor, and how long a sign-in takes by it. */
export const passwordHash: Check = {
  id: 'password-hash',
  title: 'Hashing of passwords',
  asks: [FILTER_LOG_EVENTS],
  run: async (on) => {
    const starts = (await Promise.all(HASHING.map(({ flow }) => linesOf(on, flow, 'password-hasher')))).flat();
    const [first] = starts;
    if (!first)
      return unknown(
        `No password was hashed in ${LOOK_BACK_DAYS} days.`,
        'Sign in once, and run this again a minute later.',
      );
    const took = (await linesOf(on, signIn.flow, 'request')).flatMap(({ duration_ms: ms, cold_start: cold }) =>
      ms === undefined || cold ? [] : [ms],
    );
    const middle = median(took);
    const time =
      middle === null
        ? 'No sign-in without a cold start is in the log yet.'
        : `The median of ${took.length} sign-ins took ${middle} ms.`;
    const processors = [...new Set(starts.map(({ architecture = 'an unknown processor' }) => architecture))].join(
      ' and ',
    );
    const slow = starts.filter(({ library }) => library !== FAST).length;
    return slow > 0
      ? warn(
          `In ${slow} of ${starts.length} cold starts the slower library hashed, on ${processors}. ${time}`,
          'The bundle has no binary for the processor: build with npm run build in place of copying dist/ from elsewhere.',
        )
      : ok(`${FAST} hashes on ${processors}. ${time}`);
  },
};
