import type { Key } from '../aws/dynamo.ts';

/** The row that notes an intent as charged; in a file of its own, so that its reader does not load the whole budget. */
export const smsSpentKey = (intentId: string): Key => ({ pk: `SMS_SPENT#${intentId}`, sk: 'SMS_SPENT' });
