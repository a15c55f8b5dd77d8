import type { SessionTokensAnswer, SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner, bodyAs } from './fixtures.ts';
import { GOOD_PASSWORD, signUp } from './journeys.ts';
import { loadEvent } from './load-event.ts';
import { addAuthenticator, callAs, challengeOf, totpCode } from './second-factor.ts';
import type { Answer, World } from './world.ts';

/** TOTP's time step (RFC 6238 §4). */
export const STEP_SECONDS = 30;

/** Claims of a JWT, unverified; some kinds have fewer. */
export const claimsOf = (
  accessToken: string,
): {
  sub: string;
  sid: string;
  aud: string;
  acr: string;
  amr: string[];
  auth_time: number;
  epoch: number;
  exp: number;
} => JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());

/** Answers a sign-in's challenge. */
export const answerChallenge = (world: World, challengeToken: string, code: string): Promise<Answer> =>
  callAs(world, 'verify-code', 'verify-code/with-bearer', challengeToken, { body: { code } });

/** Signs in with the password and a code of any kind. */
export const signInWithCode = async (world: World, email: string, code: string): Promise<Answer> =>
  answerChallenge(world, await challengeOf(world, email), code);

/** Waits for an app's next code and signs in with it. */
export const signInWithApp = async (world: World, email: string, secret: string): Promise<SignInTokensAnswer> => {
  world.clock.advance(STEP_SECONDS);
  const answer = await signInWithCode(world, email, totpCode(world, secret));
  if (answer.status !== 200) throw new Error(`the sign-in was answered ${answer.text}`);
  return answer.body;
};

/** An account with an authenticator app. */
export interface TwoFactorOwner {
  email: string;
  accountId: string;
  /** Base32. */
  secret: string;
  appId: string;
  recoveryCodes: string[];
  /** The session that added the app; proves the password alone. */
  firstSession: SessionTokensAnswer;
  /** A session that began with a code of the app. */
  session: SignInTokensAnswer;
}

let owners = 0;

/** Opens an account with an authenticator app, and signs in with both factors. */
export const openTwoFactorOwner = async (world: World): Promise<TwoFactorOwner> => {
  owners += 1;
  const email = `two-factor-${owners}@example.com`;
  const firstSession = await signUp(world, email);
  const { secret, id: appId, recoveryCodes } = await addAuthenticator(world, firstSession);
  const session = await signInWithApp(world, email, secret);
  return { email, accountId: session.account_id, secret, appId, recoveryCodes, firstSession, session };
};

/** Authenticates the caller again. */
export const proveAgain = (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  { password = GOOD_PASSWORD, code }: { password?: string; code?: string } = {},
): Promise<Answer> =>
  callAs(world, 'reauthenticate', 'reauthenticate/json', token, { body: { password, ...(code && { code }) } });

/** The caller's active factors. */
export const twoFactorOf = async (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
): Promise<any> => (await callAs(world, 'get-two-factor', 'get-two-factor/get', token)).body;

/** Sets the language of messages to an account's owner. */
export const speak = async (world: World, session: SessionTokensAnswer, locale: string): Promise<void> => {
  const changes = { ...asOwner(session), ...bodyAs('merge-patch', { locale }) };
  const answer = await world.call('update-profile', loadEvent('update-profile/patch-merge', changes));
  if (answer.status !== 200) throw new Error(`the language was answered ${answer.text}`);
};

/** The row of an account's second factors. */
export const factorsRowOf = async (world: World, accountId: string): Promise<Record<string, unknown> | undefined> =>
  (await world.rows('credentials')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'FACTORS');

/** Subjects of the new mails to an address, newest first. */
export const noticesTo = async (world: World, email: string): Promise<string[]> => {
  await world.deliver();
  return (await world.mailsTo(email)).map(({ subject }) => subject);
};
