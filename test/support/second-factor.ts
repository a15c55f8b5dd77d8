import { generateSync } from 'otplib';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { signIn } from './journeys.ts';
import { bearer, jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** The authenticator app's code at the world's time. */
export const totpCode = (world: World, secret: string): string => totpCodeAway(world, secret, 0);

/** The code of an app whose clock is so many time steps ahead, or behind. */
export const totpCodeAway = (world: World, secret: string, steps: number): string =>
  generateSync({ secret, epoch: world.clock.nowSeconds() + steps * 30 });

/** Calls a flow as its signed-in owner, from a fixture. */
export const callAs = (
  world: World,
  flow: string,
  fixture: string,
  token: string,
  { body, path = {} }: { body?: unknown; path?: Record<string, string> } = {},
): Promise<Answer> =>
  world.call(
    flow,
    loadEvent(fixture, {
      ...(body === undefined ? {} : jsonBody(body)),
      ...bearer(token),
      ...Object.fromEntries(Object.entries(path).map(([name, value]) => [`pathParameters.${name}`, value])),
    }),
  );

/** Starts adding an authenticator app. */
export const beginAuthenticator = (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  name?: string,
): Promise<Answer> =>
  name === undefined
    ? callAs(world, 'enroll-totp', 'enroll-totp/no-body', token)
    : callAs(world, 'enroll-totp', 'enroll-totp/json', token, { body: { name } });

/** Adds an authenticator app; other sessions stay, so that a suite may have several. */
export const addAuthenticator = async (
  world: World,
  session: Pick<SessionTokensAnswer, 'access_token'>,
  name?: string,
): Promise<{ secret: string; id: string; recoveryCodes: string[] }> => {
  const { access_token: token } = session;
  const enrolled = await beginAuthenticator(world, session, name);
  const secret: string = enrolled.body.secret;
  const confirmed = await callAs(world, 'confirm-totp', 'confirm-totp/json', token, {
    body: { code: totpCode(world, secret), end_other_sessions: false },
  });
  if (confirmed.status !== 200) throw new Error(`the app was not confirmed: ${confirmed.text}`);
  return { secret, id: confirmed.body.id, recoveryCodes: confirmed.body.recovery_codes ?? [] };
};

/** Signs in up to the second factor. */
export const challengeOf = async (world: World, email: string): Promise<string> =>
  (await signIn(world, email)).body.challenge_token;

/** The codes sent to a number, the newest first: other SMS tell of changes. */
export const codesTo = async (world: World, phoneNumber: string): Promise<string[]> =>
  (await world.mailsTo(phoneNumber)).flatMap(({ text }) => /^\d{6}/.exec(text)?.[0] ?? []);

/** The newest code sent to a number. */
export const newestCode = async (world: World, phoneNumber: string): Promise<string> =>
  (await codesTo(world, phoneNumber))[0] ?? '';
