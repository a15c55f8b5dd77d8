import { DAY, seconds } from './seconds.ts';

/**
 * How long an account can be kept that is to be erased, in seconds. No shorter than the links that undo a change live
 * (shared/contract/lifetimes.ts): a thief who changes the address and deletes the account must not be quicker than the owner who undoes the
 * change. What expires by itself has done so by the end, too.
 */
export const GRACE_SECONDS = { min: 7 * DAY, max: 28 * DAY } as const;

/** How accounts are deleted. */
export const deletionSettings = {
  get graceSeconds() {
    return seconds({
      default: GRACE_SECONDS.min,
      ...GRACE_SECONDS,
      why: 'An account is erased this long after its owner has asked for it; until then a link cancels that.',
    });
  },
};
