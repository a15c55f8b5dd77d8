import * as z from 'zod/mini';
import { limit } from './limit-settings.ts';
import { HOUR } from './seconds.ts';

/** How people sign in. */
export const signInSettings = {
  get newDeviceCheck() {
    return z
      ._default(z.boolean(), true)
      .check(
        z.describe(
          'Whether a sign-in from a device that its account does not know has to prove the mailbox, by a mailed code or link, where no second factor is on; true unless set.',
        ),
      );
  },
  // Only a right password sends one. Beyond it the owner gets in by a mailed link, which is spaced out and not counted.
  get codesPerAccount() {
    return limit(10, HOUR, 'Mails with a code for a sign-in from a new device, for one account.');
  },
};
