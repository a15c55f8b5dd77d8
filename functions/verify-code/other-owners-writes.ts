import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';

/**
 * What the other owners of a number are told once an account has proven it: an entry in their history and a mail. Neither names
 * that account, its address or its source: no account learns who has the other.
 *
 * @param phoneNumber E.164
 */
export type OtherOwnersWrites = (phoneNumber: string) => (accountId: string) => Write[];

/** Makes them. */
const makeOtherOwnersWrites =
  ({
    recordEventWrite,
    recordIntentWrite,
  }: {
    recordEventWrite: RecordEventWrite;
    recordIntentWrite: RecordIntentWrite;
  }): OtherOwnersWrites =>
  (phoneNumber) =>
  (accountId) => [
    recordEventWrite({ accountId, type: 'phone-proven-elsewhere', sourceIp: null }),
    recordIntentWrite({ kind: 'phone-proven-elsewhere', accountId, phoneNumber }),
  ];

export const provideOtherOwnersWrites = ({ use }: Scope<'events'>): OtherOwnersWrites =>
  makeOtherOwnersWrites({
    recordEventWrite: use(provideRecordEventWrite),
    recordIntentWrite: use(makeRecordIntentWrite),
  });
