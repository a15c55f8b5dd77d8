/**
 * The requester of a message: an anonymous caller (`anyone`), to a named number; an `account`, to a number that it has
 * not proven; or an `owner`, to the number that the account has proven. Each is counted separately, and has money that
 * the ones before it can't spend. Otherwise an attacker who names a number, anonymously or in free accounts, could use up its messages
 * or the day's money, and lock owners out.
 */
export type SmsRequester = 'anyone' | 'account' | 'owner';

/** What an SMS is paid and counted as: of a requester, or a `notice` of a change to the number that an account has. */
export type SmsClass = SmsRequester | 'notice';
