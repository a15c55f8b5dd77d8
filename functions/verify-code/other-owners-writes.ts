import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';

/** What others are told of an account's proof of a number. Nothing names that account, its address or its source: no account learns who has the other. */
export interface OtherOwnersWrites {
  /** For other owners of the number: an entry in their history and a mail. @param phoneNumber E.164 */
  provenElsewhere(phoneNumber: string): (accountId: string) => Write[];
  /** The same for an account that the number recovers no more. */
  recoveryLost(accountId: string): Write[];
}

/** Makes them. */
const makeOtherOwnersWrites = ({
  recordEventWrite,
  recordIntentWrite,
}: {
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
}): OtherOwnersWrites => ({
  provenElsewhere: (phoneNumber) => (accountId) => [
    recordEventWrite({ accountId, type: 'phone-proven-elsewhere', sourceIp: null }),
    recordIntentWrite({ kind: 'phone-proven-elsewhere', accountId, phoneNumber }),
  ],
  recoveryLost: (accountId) => [
    recordEventWrite({ accountId, type: 'recovery-phone-lost', sourceIp: null }),
    recordIntentWrite({ kind: 'security-notice', accountId, event: 'recovery-phone-lost' }),
  ],
});

export const provideOtherOwnersWrites = ({ use }: Scope<'events'>): OtherOwnersWrites =>
  makeOtherOwnersWrites({
    recordEventWrite: use(provideRecordEventWrite),
    recordIntentWrite: use(makeRecordIntentWrite),
  });
