import { DAY, seconds } from './seconds.ts';

/** How accounts are deleted. */
export const deletionSettings = {
  // No shorter than the links that undo a change live (shared/contract/lifetimes.ts): a thief who changes the address and deletes the
  // account must not be quicker than the owner who undoes the change. What expires by itself has done so by the end, too.
  get graceSeconds() {
    return seconds({
      default: 7 * DAY,
      min: 7 * DAY,
      max: 28 * DAY,
      why: 'An account is erased this long after its owner has asked for it; until then a link cancels that.',
    });
  },
};
