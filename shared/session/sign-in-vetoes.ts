import * as z from 'zod/mini';
import { toldOrigin } from '../account/told-origin.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Write } from '../aws/dynamo.ts';
import { type DerivedSecrets, makeDerivedSecrets } from '../keyring/derived-secrets.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import type { NewSession } from './session-row.ts';

/**
 * The token of a notice with which its owner says that a sign-in was not theirs, by its hash. It is bound to the session and to no epoch:
 * a thief who signed in must not get rid of it by ending the other sessions (docs/adr/0072).
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

/** Makes the write of the notice that tells of a session on a device which its account did not know, with the salt of the token in it. */
export type NoticeOfNewDeviceWrite = (session: NewSession) => Write;

const makeNoticeOfNewDeviceWrite =
  ({
    recordIntentWrite,
    derivedSecrets,
  }: {
    recordIntentWrite: RecordIntentWrite;
    derivedSecrets: Pick<DerivedSecrets, 'newSalt'>;
  }): NoticeOfNewDeviceWrite =>
  (session) =>
    recordIntentWrite({
      kind: 'new-device',
      accountId: session.accountId,
      ...toldOrigin(session),
      signIn: { sessionId: session.sessionId, epoch: session.epoch, salt: derivedSecrets.newSalt() },
    });

export const provideNoticeOfNewDeviceWrite = (scope: Scope & Pick<Ports, 'keyring'>): NoticeOfNewDeviceWrite =>
  makeNoticeOfNewDeviceWrite({
    recordIntentWrite: scope.use(makeRecordIntentWrite),
    derivedSecrets: scope.use(makeDerivedSecrets),
  });
