import type { Key } from '../aws/dynamo.ts';

/** Where it is noted that an intent's SMS was paid for; apart from the budget, so that who asks for the note alone loads no more. */
export const smsSpentKey = (intentId: string): Key => ({ pk: `SMS_SPENT#${intentId}`, sk: 'SMS_SPENT' });
