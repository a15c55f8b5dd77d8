/**
 * The requester of a message: an anonymous caller (`anyone`), to a named number; an `account`, to a number that it has
 * not proven; or an `owner`, to the number that the account has proven. Each is counted separately, and has money that
 * the ones before it can't spend. Otherwise an attacker who names a number, anonymously or in free accounts, could use up its messages
 * or the day's money, and lock owners out.
 */
export type SmsRequester = 'anyone' | 'account' | 'owner';

/**
 * What an SMS is paid and counted as: of a requester; a `notice` of a change that was made, to the number that an account has; one of a
 * change that is `pending`: those can be asked for again and again, and must not use up the notices; or a `recovery`, which anybody
 * can ask for, and which goes to nobody but who has chosen the number for it.
 */
export type SmsClass = SmsRequester | 'notice' | 'pending' | 'recovery';

/** Whether no code comes back that such an SMS is counted as verified by. */
export const isUnanswered = (requestedBy: SmsClass): requestedBy is Exclude<SmsClass, SmsRequester> =>
  requestedBy === 'notice' || requestedBy === 'pending' || requestedBy === 'recovery';
