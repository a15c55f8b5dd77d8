import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { exportToken } from './data-export.ts';
import { deleteAccount, keepToken } from './deletion.ts';
import { changeEmail } from './email-change.ts';
import { newestToken, signIn, signInLink, signUp } from './journeys.ts';
import { bearer, jsonBody, loadEvent } from './load-event.ts';
import { loseRecovery, proofToken, sentReference } from './lost-mail.ts';
import { act, stopTokens } from './operator.ts';
import { addAuthenticator, challengeOf, totpCode } from './second-factor.ts';
import { vetoOfStranger } from './sign-in-veto.ts';
import { proveFor } from './step-up.ts';
import { undoToken } from './undo.ts';
import { giveCode, newNumber, receiveCode } from './verification.ts';
import type { World } from './world.ts';

/** Every kind of token that leaves the service; test/structure compares the list with the sources. */
export const TOKEN_KINDS = [
  'access token',
  'refresh token',
  'challenge token',
  'verification id',
  'phone proof',
  'device token',
  'history cursor',
  'sign-up token',
  'recovery token',
  'sign-in link',
  'email change token',
  'email proof token',
  'undo token',
  'deletion token',
  'export token',
  'step-up token',
  'mail reference',
  'factor reset token',
  'sign-in veto',
] as const;

/** Values that are no tokens but look like one. */
const LOOK_ALIKES = [
  'stored hash of the sign-up token',
  'stored hash of the recovery token',
  'stored hash of the sign-in link',
  'stored hash of the email change token',
  'stored hash of the email proof token',
  'stored hash of the undo token',
  'stored hash of the deletion token',
  'stored hash of the export token',
  'stored hash of the refresh token',
  'stored hash of the step-up token',
  'stored hash of the factor reset token',
  'stored hash of the sign-in veto',
  'session id',
  'account id',
  'gibberish',
] as const;

export const HELD_KINDS = [...TOKEN_KINDS, ...LOOK_ALIKES] as const;

export type TokenKind = (typeof TOKEN_KINDS)[number];
export type HeldKind = (typeof HELD_KINDS)[number];

/** The audience of each kind of JWT under default settings. */
export const AUDIENCES: Readonly<Partial<Record<HeldKind, string>>> = {
  'access token': 'keyturn',
  'phone proof': 'keyturn#phone-proof',
};

/** One valid token of each kind, and their owners. */
export interface HeldTokens {
  tokens: Record<HeldKind, string>;
  owner: SessionTokensAnswer & { email: string; secret: string };
  /** Code of the verification that the id names. */
  code: string;
}

/** Gets one token of each kind as people do. The first owner has an authenticator app. */
export const holdEveryToken = async (world: World): Promise<HeldTokens> => {
  const email = 'owner@example.com';
  const { secret } = await addAuthenticator(world, await signUp(world, email));
  const intruded = await addAuthenticator(world, await signUp(world, 'intruded@example.com'));
  const undone = await undoToken(world, email);
  world.clock.advance(30); // a code can be used once
  const veto = await vetoOfStranger(world, { email: 'intruded@example.com', secret: intruded.secret });
  const challenge = await challengeOf(world, email);
  const { body: session } = await giveCode(world, totpCode(world, secret), { token: challenge });
  const reference = await sentReference(world, email);
  const recovery = await newestToken(world, email);
  const link = await signInLink(world, email);
  await changeEmail(world, session, 'changed@example.com');
  await world.deliver();
  const change = await newestToken(world, 'changed@example.com');
  await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'pending@example.com' })));
  await world.deliver();
  const proven = await receiveCode(world, { phoneNumber: newNumber() });
  const { body: proof } = await giveCode(world, proven.code, { verificationId: proven.verificationId });
  const pending = await receiveCode(world, { phoneNumber: newNumber() });
  const { body: waiting } = await signIn(world, email);
  world.clock.advance(30); // the next code of the app
  const bound = await proveFor(world, session, { action: 'POST /two-factor/totp', code: totpCode(world, secret) });

  const oneEntry = { ...bearer(session.access_token), queryStringParameters: { limit: '1' } };
  const history = await world.call('list-events', loadEvent('list-events/get', oneEntry));
  const unreached = { email: 'unreached@example.com', ...(await signUp(world, 'unreached@example.com')) };
  await world.hear();
  await loseRecovery(world, unreached.email, 'bounce');
  const emailProof = await proofToken(world, unreached);
  await act(world, 'reset-factor', session.account_id);
  await world.deliver();
  const [stopping = ''] = await stopTokens(world, email);
  const leaver = await signUp(world, 'leaver@example.com');
  await deleteAccount(world, leaver);
  const deletion = await keepToken(world, 'leaver@example.com');
  const exported = await exportToken(world, 'exporter@example.com');

  const rows = await world.rows('tokens');
  const keyAfter = (prefix: string): string =>
    rows
      .map(({ pk }) => String(pk))
      .find((pk) => pk.startsWith(prefix))
      ?.slice(prefix.length) ?? '';
  const stored = rows.find(({ sessionId }) => sessionId === session.session_id);
  return {
    owner: { email, secret, ...session },
    code: pending.code,
    tokens: {
      'access token': session.access_token,
      'refresh token': session.refresh_token,
      'challenge token': waiting.challenge_token,
      'verification id': pending.verificationId,
      'phone proof': proof.phone_proof,
      'device token': session.device_token,
      'history cursor': history.body.next_cursor,
      'sign-up token': await newestToken(world, 'pending@example.com'),
      'recovery token': recovery,
      'sign-in link': link,
      'email change token': change,
      'email proof token': emailProof,
      'mail reference': reference,
      'undo token': undone,
      'deletion token': deletion,
      'export token': exported,
      'step-up token': bound.body.step_up_token,
      'factor reset token': stopping,
      'sign-in veto': veto,
      'stored hash of the sign-up token': keyAfter('SIGN_UP#'),
      'stored hash of the recovery token': keyAfter('RECOVERY#'),
      'stored hash of the sign-in link': keyAfter('SIGN_IN_LINK#'),
      'stored hash of the email change token': keyAfter('EMAIL_CHANGE#'),
      'stored hash of the email proof token': keyAfter('EMAIL_PROOF#'),
      'stored hash of the undo token': keyAfter('UNDO#'),
      'stored hash of the deletion token': keyAfter('DELETION#'),
      'stored hash of the export token': keyAfter('EXPORT#'),
      'stored hash of the refresh token': String(stored?.refreshDigest),
      'stored hash of the step-up token': keyAfter('STEP_UP#'),
      'stored hash of the factor reset token': keyAfter('FACTOR_RESET#'),
      'stored hash of the sign-in veto': keyAfter('SIGN_IN_VETO#'),
      'session id': session.session_id,
      'account id': session.account_id,
      gibberish: 'replaced.by.the-test',
    },
  };
};
