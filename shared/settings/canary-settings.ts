import * as z from 'zod/mini';
import { CANARY_EVERY_MINUTES } from '../contract/canary.ts';

/** Longer than a quarter of an hour would leave the alarm for recovery mails without a mail (infra/alarms/canary-alarms.ts). */
const LONGEST_MINUTES = 15;

/** The canary, which signs in from outside as people do (docs/adr/0079). */
export const canarySettings = () =>
  z.prefault(
    z.strictObject({
      enabled: z
        ._default(z.boolean(), true)
        .check(
          z.describe(
            "Whether a canary signs in, asks for a recovery mail to SES's simulator and fetches the keys, with alarms for when it can't; true unless set. About 2 USD a month.",
          ),
        ),
      everyMinutes: z
        ._default(z.int().check(z.minimum(CANARY_EVERY_MINUTES), z.maximum(LONGEST_MINUTES)), CANARY_EVERY_MINUTES)
        .check(
          z.describe(
            `How many minutes there are between its runs, ${CANARY_EVERY_MINUTES} to ${LONGEST_MINUTES}; ${CANARY_EVERY_MINUTES} unless set.`,
          ),
        ),
    }),
    {},
  );
