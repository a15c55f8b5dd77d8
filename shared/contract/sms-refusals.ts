/** Why an SMS is not sent, in the order of precedence. */
export type SmsRefusal = 'country' | 'budget' | 'prefix' | 'number' | 'breaker';
