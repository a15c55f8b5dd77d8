/** Why an SMS is not sent, in the order in which it is told when there are several reasons. */
export type SmsRefusal = 'country' | 'budget' | 'prefix' | 'number' | 'breaker';
