/**
 * Why an SMS is not sent, in the order of precedence. `originator`: it is no code, and its country has nothing that it could come from
 * (docs/adr/0076). `budget` is the day's money, `share` what of it the requester's class may
 * spend: that strangers have used up theirs hinders no owner.
 */
export type SmsRefusal = 'originator' | 'country' | 'budget' | 'share' | 'prefix' | 'number' | 'breaker';
