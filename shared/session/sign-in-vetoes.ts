import * as z from 'zod/mini';
import { notedCountry, type RequestNoting } from '../account/noted-device.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../keyring/derived-secrets.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Intent } from '../outbox/intent.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import type { Session } from './session-row.ts';

/**
 * The token of a notice with which its owner says that a sign-in was not theirs, by its hash. It is bound to the session and to no epoch:
 * whoever signed in must not get rid of it by ending the other sessions (docs/adr/0072).
 */
export const signInVetoRow = defineRow({
  table: 'tokens',
  word: 'SIGN_IN_VETO',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    sessionId: z.string(),
    /** Of the account at the sign-in: a password that was set later is not the one that was used. */
    epoch: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
});

type NewDeviceIntent = Extract<Intent, { kind: 'new-device' }>;

/** A sign-in that was complete on a device which its account did not know. */
interface NewDeviceSignIn extends Pick<NewDeviceIntent, 'device' | 'network'> {
  session: Pick<Session, 'accountId' | 'sessionId' | 'epoch'>;
}

/** Makes the write of the notice that tells of it, with the salt of the token that is to go with it. */
export type NoticeOfNewDeviceWrite = (signIn: NewDeviceSignIn) => Write;

const makeNoticeOfNewDeviceWrite =
  ({
    recordIntentWrite,
    derivedSecrets,
    requesters,
  }: RequestNoting & {
    recordIntentWrite: RecordIntentWrite;
    derivedSecrets: Pick<DerivedSecrets, 'newSalt'>;
  }): NoticeOfNewDeviceWrite =>
  ({ session: { accountId, sessionId, epoch }, ...from }) =>
    recordIntentWrite({
      kind: 'new-device',
      accountId,
      ...from,
      country: notedCountry(requesters),
      signIn: { sessionId, epoch, salt: derivedSecrets.newSalt() },
    });

export const provideNoticeOfNewDeviceWrite = (scope: Scope & Pick<Ports, 'keyring'>): NoticeOfNewDeviceWrite =>
  makeNoticeOfNewDeviceWrite({
    ...scope,
    recordIntentWrite: scope.use(makeRecordIntentWrite),
    derivedSecrets: scope.use(makeDerivedSecrets),
  });
