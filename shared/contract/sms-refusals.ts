/**
 * Why an SMS is not sent, in the order of precedence. `budget` is the day's money, `share` what of it the requester's class may
 * spend: that strangers have used up theirs hinders no owner.
 */
export type SmsRefusal = 'country' | 'budget' | 'share' | 'prefix' | 'number' | 'breaker';
