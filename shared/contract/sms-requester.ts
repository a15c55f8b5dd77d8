/**
 * The requester of a message: an anonymous caller (`anyone`), to a named number; an `account`, to a number that it has
 * not proven; or an `owner`, to the number that the account has proven. Each is counted separately, and has money that
 * the ones before it can't spend. Otherwise an attacker who names a number, anonymously or in free accounts, could use up its messages
 * or the day's money, and lock owners out.
 */
export type SmsRequester = 'anyone' | 'account' | 'owner';

/**
 * What an SMS is paid and counted as: of a requester; a `notice` of a change that was made, to the number that an account has; or one of a
 * change that is `pending`. Those can be asked for again and again, and must not use up the notices.
 */
export type SmsClass = SmsRequester | 'notice' | 'pending';

/** Whether nobody answers such an SMS with a code. */
export const isNotice = (requestedBy: SmsClass): requestedBy is 'notice' | 'pending' =>
  requestedBy === 'notice' || requestedBy === 'pending';
