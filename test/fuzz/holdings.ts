import { exportTokenOfLargeProfile } from '../support/data-export.ts';
import { deleteAccount, keepToken } from '../support/deletion.ts';
import { changeEmail } from '../support/email-change.ts';
import { newestToken, recoveryToken, signUp } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { proofToken } from '../support/lost-mail.ts';
import { act } from '../support/operator.ts';
import { beginAuthenticator, challengeOf, totpCode } from '../support/second-factor.ts';
import { vetoOfStranger } from '../support/sign-in-veto.ts';
import { putRows } from '../support/table-writer.ts';
import { openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { accountOf, undoToken } from '../support/undo.ts';
import { newNumber, receiveCode } from '../support/verification.ts';
import type { World } from '../support/world.ts';

/** Names of what a client may hold; a generated request refers to these, so that it is the same in every run. */
export const HELD = [
  'access token',
  'older access token',
  'unreached access token',
  'refresh token',
  'challenge token',
  'recovery token',
  'sign-up token',
  'undo token',
  'sign-in veto token',
  'email change token',
  'email proof token',
  'deletion token',
  'export token',
  'verification id',
  'app code',
  'sms code',
  'recovery code',
  'enrolment code',
  'enrollment id',
  'account id',
  'other account id',
  'session id',
  'email',
  'password',
  'phone number',
  'entity tag',
] as const;

export type HeldName = (typeof HELD)[number];

/** What a client holds at one time. */
export type Holdings = Record<HeldName, string>;

let strangers = 0;

/** An owner whose address mail does not reach. */
const unreached = async (world: World, email: string) => {
  const session = await signUp(world, email);
  const emailMark = { reason: 'bounced', atEpochSeconds: world.clock.nowSeconds() };
  await putRows(world, 'accounts', [{ ...(await accountOf(world, session.account_id)), emailMark }]);
  return { email, ...session };
};

/** An owner with an app, and one living token of each kind. */
export const hold = async (world: World): Promise<Holdings> => {
  strangers += 1;
  const { email, accountId, secret, session, firstSession, recoveryCodes } = await openTwoFactorOwner(world);
  const pending = `pending-${strangers}@example.com`;
  await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: pending })));
  await world.deliver();
  const signUpToken = await newestToken(world, pending);
  world.clock.advance(1); // mails of one millisecond have no defined order
  const recovery = await recoveryToken(world, email);
  world.clock.advance(1);
  const changed = `changed-${strangers}@example.com`;
  await changeEmail(world, session, changed);
  await world.deliver();
  const phoneNumber = newNumber();
  const { code, verificationId } = await receiveCode(world, { phoneNumber });
  const leaver = `leaver-${strangers}@example.com`;
  await deleteAccount(world, await signUp(world, leaver));
  const deletion = await keepToken(world, leaver);
  const exported = await exportTokenOfLargeProfile(world, `exporter-${strangers}@example.com`);
  world.clock.advance(30); // the app's last code is used
  const veto = await vetoOfStranger(world, { email, secret });
  await act(world, 'reset-factor', accountId, { factor: 'totp' });
  world.clock.advance(30);
  const { body: enrolled } = await beginAuthenticator(world, session);
  return {
    'access token': session.access_token,
    'older access token': firstSession.access_token,
    'unreached access token': (await unreached(world, `unreached-${strangers}@example.com`)).access_token,
    'refresh token': session.refresh_token,
    'challenge token': await challengeOf(world, email),
    'recovery token': recovery,
    'sign-up token': signUpToken,
    'undo token': await undoToken(world, email), // of the app, before which there was none
    'sign-in veto token': veto,
    'email change token': await newestToken(world, changed),
    'email proof token': await proofToken(world, await unreached(world, `proving-${strangers}@example.com`)),
    'deletion token': deletion,
    'export token': exported,
    'verification id': verificationId,
    'app code': totpCode(world, secret),
    'sms code': code,
    'recovery code': recoveryCodes[0] ?? '',
    'enrolment code': totpCode(world, enrolled.secret),
    'enrollment id': enrolled.enrollment_id,
    'account id': accountId,
    'other account id': '5f0c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11',
    'session id': firstSession.session_id,
    email,
    password: 'correct horse battery',
    'phone number': phoneNumber,
    'entity tag': '"v1"',
  };
};
