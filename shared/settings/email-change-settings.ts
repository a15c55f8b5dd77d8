import { limit } from './limit-settings.ts';
import { DAY, HOUR, seconds } from './seconds.ts';

/** How the address of an account changes. */
export const emailChangeSettings = {
  get confirmSeconds() {
    return seconds({
      default: DAY,
      min: HOUR,
      max: 7 * DAY,
      why: 'A change of address has to be confirmed by both addresses within this (ASVS 6.3.7).',
    });
  },
  get waitSeconds() {
    return seconds({
      default: 3 * DAY,
      min: DAY,
      max: 30 * DAY,
      why: 'An owner with a second factor who cannot read the old address waits this long for a change without it.',
    });
  },
  get waitWithoutFactorSeconds() {
    return seconds({
      default: 7 * DAY,
      min: 3 * DAY,
      max: 90 * DAY,
      why: 'The same for an owner whose account has had no second factor for this long.',
    });
  },
  // Each sends a mail to an address that its owner may not know of. No stranger can use it up: it wants a fresh session.
  get perAccount() {
    return limit(10, DAY, 'Changes of address that one account asks for.');
  },
  // Counted as the mail is sent, whether the address has an account or not: all spellings of a mailbox together.
  get perMailbox() {
    return limit(5, HOUR, 'Mail about a change to the new address, for one mailbox, however it is spelled.');
  },
};
