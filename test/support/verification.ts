import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { FAILURE_MEMORY_SECONDS } from '../../shared/two-factor/attempt-policy.ts';
import { signUpSomebody } from './journeys.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from './load-event.ts';
import { addAuthenticator, challengeOf, newestCode, totpCode } from './second-factor.ts';
import type { Answer, World } from './world.ts';

/** Settings of SMS that stop nothing, for suites that are about something else. */
export const UNHINDERED_SMS = { dailyBudgetUsd: 1000, breaker: { minimumVerifiedRatio: 0 } } as const;

let numbers = 0;

/** A number that nobody else has, in a block that few others are in. */
export const newNumber = (): string => {
  numbers += 1;
  return `+43664${numbers % 10}${String(100_000 + numbers)}`;
};

/** Asks for a code by SMS. @param token a challenge or access token; without one it is asked for anonymously */
export const askForCode = (
  world: World,
  { token, phoneNumber, changes = {} }: { token?: string; phoneNumber?: string; changes?: EventChanges } = {},
): Promise<Answer> =>
  world.call(
    'request-verification',
    loadEvent(token === undefined ? 'request-verification/json' : 'request-verification/with-bearer', {
      ...(phoneNumber === undefined ? {} : jsonBody({ phone_number: phoneNumber })),
      ...(token === undefined ? {} : bearer(token)),
      ...changes,
    }),
  );

/** Gives a code back: with a token, with a verification's id, or alone as the tutorial's app does. */
export const giveCode = (
  world: World,
  code: string,
  {
    token,
    verificationId,
    endOtherSessions,
    changes = {},
  }: { token?: string; verificationId?: string; endOtherSessions?: boolean; changes?: EventChanges } = {},
): Promise<Answer> => {
  const body = {
    code,
    ...(verificationId !== undefined && { verification_id: verificationId }),
    ...(endOtherSessions !== undefined && { end_other_sessions: endOtherSessions }),
  };
  const how =
    token !== undefined
      ? loadEvent('verify-code/with-bearer', { ...bearer(token), ...jsonBody(body), ...changes })
      : verificationId === undefined
        ? loadEvent('verify-code/form', { ...formBody({ code }), ...changes })
        : loadEvent('verify-code/json', { ...jsonBody(body), ...changes });
  return world.call('verify-code', how);
};

/** Asks for a code and reads the SMS. @param readAt where the SMS goes, where the caller doesn't name it */
export const receiveCode = async (
  world: World,
  { readAt, ...asked }: { token?: string; phoneNumber?: string; changes?: EventChanges; readAt?: string },
): Promise<{ code: string; verificationId: string; answer: Answer }> => {
  const answer = await askForCode(world, asked);
  if (answer.status !== 200) throw new Error(`the request for a code was answered ${answer.text}`);
  await world.deliver();
  const code = await newestCode(world, readAt ?? asked.phoneNumber ?? '');
  return { code, verificationId: answer.body.verification_id, answer };
};

/**
 * Lets codes go to a number of an account; its sessions live on where none was replaced, so that a suite may have several.
 *
 * @returns the number, and the recovery codes where it is the first factor
 */
export const addSms = async (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  phoneNumber = newNumber(),
): Promise<{ phoneNumber: string; recoveryCodes: string[]; answer: Answer }> => {
  const { code } = await receiveCode(world, { token, phoneNumber });
  const answer = await giveCode(world, code, { token, endOtherSessions: false });
  if (answer.status !== 200) throw new Error(`the number was not taken: ${answer.text}`);
  return { phoneNumber, recoveryCodes: answer.body.recovery_codes ?? [], answer };
};

/** Signs in with the password and a code by SMS. */
export const signInBySms = async (world: World, email: string, phoneNumber: string): Promise<SessionTokensAnswer> => {
  const token = await challengeOf(world, email);
  const { code } = await receiveCode(world, { token, readAt: phoneNumber });
  const answer = await giveCode(world, code, { token });
  if (answer.status !== 200) throw new Error(`the sign-in was answered ${answer.text}`);
  return answer.body as SessionTokensAnswer;
};

/** Six digits that are not those. */
export const otherThan = (...codes: readonly string[]): string => {
  for (let guess = 0; ; guess += 1) {
    const text = String(guess).padStart(6, '0');
    if (!codes.includes(text)) return text;
  }
};

/** Six digits that the authenticator app doesn't show now and didn't show just before. */
export const wrongTotp = (world: World, secret: string): string => {
  const now = totpCode(world, secret);
  world.clock.advance(-30);
  const before = totpCode(world, secret);
  world.clock.advance(30);
  return otherThan(now, before);
};

/** What a JWT says; it isn't verified. */
export const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** Lets a day go by, after which no failure is counted any more. */
export const passQuietDay = (world: World): void => world.clock.advance(FAILURE_MEMORY_SECONDS);

/** An account with an app, with no failure that counts. */
export const quietAccountWithApp = async (world: World) => {
  const account = await signUpSomebody(world);
  const app = await addAuthenticator(world, account);
  passQuietDay(world);
  return { ...account, ...app };
};

/** An account with an app and a number, with no failure that counts. */
export const quietAccountWithBoth = async (world: World) => {
  const one = await quietAccountWithApp(world);
  const { body } = await giveCode(world, totpCode(world, one.secret), { token: await challengeOf(world, one.email) });
  const { phoneNumber } = await addSms(world, body);
  passQuietDay(world);
  return { ...one, phoneNumber };
};

/** How many tries an account's factors have used up of late. */
export const triesOf = async (world: World, accountId: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await world.rows('tokens'))
      .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('ATTEMPTS#'))
      .filter(({ expiresAtEpochSeconds: end }) => Number(end) > world.clock.nowSeconds())
      .map(({ sk, used }) => [String(sk).split('#')[1] ?? '', Number(used)]),
  );

/** What the log tells of an event, from a line on. */
export const logged = (world: World, event: string, from = 0): Record<string, unknown>[] =>
  world.logs
    .slice(from)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.event === event);
