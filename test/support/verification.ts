import type { SessionTokensAnswer, SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { FAILURE_MEMORY_SECONDS } from '../../shared/two-factor/attempt-policy.ts';
import { signUpSomebody } from './journeys.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from './load-event.ts';
import { addAuthenticator, challengeOf, newestCode, totpCode, totpCodeAway } from './second-factor.ts';
import { putRows } from './table-writer.ts';
import type { Answer, World } from './world.ts';

/** SMS settings without effective limits, for suites about something else. */
export const UNHINDERED_SMS = { dailyBudgetUsd: 1000, breaker: { minimumVerifiedRatio: 0 } } as const;

let numbers = 0;

/** A unique number, in a block with few others. */
export const newNumber = (): string => {
  numbers += 1;
  return `+43664${numbers % 10}${String(100_000 + numbers)}`;
};

/** Requests a code by SMS. @param token a challenge or access token; anonymous without one */
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

/** Makes a code that waits to be sent one for a country that gets no SMS, as where it is taken off the list meanwhile. */
export const unlistCountryOf = async (world: World, phoneNumber: string): Promise<void> => {
  const waiting = (await world.rows('tokens')).filter(
    (row) => row.sk === 'VERIFICATION' && row.phoneNumber === phoneNumber,
  );
  if (waiting.length === 0) throw new Error('no code waits for this number');
  await putRows(
    world,
    'tokens',
    waiting.map((row) => ({ ...row, country: 'AQ' })),
  );
};

/** Verifies a code: with a token, with a verification's id, or alone as the tutorial's app does. */
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

/** Requests a code and reads the SMS. @param readAt the receiving number, where the request doesn't name it */
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
 * Adds a number for codes by SMS; sessions stay unless it replaces another, so that a suite may have several.
 *
 * @returns the number, and the recovery codes for a first factor
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
export const signInBySms = async (world: World, email: string, phoneNumber: string): Promise<SignInTokensAnswer> => {
  const token = await challengeOf(world, email);
  const { code } = await receiveCode(world, { token, readAt: phoneNumber });
  const answer = await giveCode(world, code, { token });
  if (answer.status !== 200) throw new Error(`the sign-in was answered ${answer.text}`);
  return answer.body as SignInTokensAnswer;
};

/** Six digits different from these. */
export const otherThan = (...codes: readonly string[]): string => {
  for (let guess = 0; ; guess += 1) {
    const text = String(guess).padStart(6, '0');
    if (!codes.includes(text)) return text;
  }
};

/** Six digits that are no code of the app, of the present step and those around it. */
export const wrongTotp = (world: World, secret: string): string => {
  const codes = [-2, -1, 0, 1, 2].map((steps) => totpCodeAway(world, secret, steps));
  return otherThan(...codes);
};

/** Moves the clock by a day, after which earlier failures no longer count. */
export const passQuietDay = (world: World): void => world.clock.advance(FAILURE_MEMORY_SECONDS);

/** An account with an app. @param agoSeconds since its enrolment; after a time step of 30 it has another code */
export const accountWithApp = async (world: World, agoSeconds = 30) => {
  const account = await signUpSomebody(world);
  const app = await addAuthenticator(world, account);
  world.clock.advance(agoSeconds);
  return { ...account, ...app };
};

/** An account with codes by SMS. @param agoSeconds since its enrolment; after an hour the waits between codes are over */
export const accountWithSms = async (world: World, { agoSeconds = 3600, phoneNumber = newNumber() } = {}) => {
  const account = await signUpSomebody(world);
  const { recoveryCodes } = await addSms(world, account, phoneNumber);
  await world.deliver();
  world.clock.advance(agoSeconds);
  return { ...account, phoneNumber, recoveryCodes };
};

/** An account with an app and, added after a sign-in with it, a number. @param agoSeconds since each enrolment */
export const accountWithBoth = async (world: World, agoSeconds = 3600) => {
  const one = await accountWithApp(world, agoSeconds);
  const { body } = await giveCode(world, totpCode(world, one.secret), { token: await challengeOf(world, one.email) });
  const { phoneNumber } = await addSms(world, body);
  world.clock.advance(agoSeconds);
  return { ...one, phoneNumber };
};

/** An account with an app and no recent failures. */
export const quietAccountWithApp = (world: World) => accountWithApp(world, FAILURE_MEMORY_SECONDS);

/** An account with an app and a number and no recent failures. */
export const quietAccountWithBoth = (world: World) => accountWithBoth(world, FAILURE_MEMORY_SECONDS);

/** Recent failed attempts of an account's factors. */
export const triesOf = async (world: World, accountId: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await world.rows('tokens'))
      .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('ATTEMPTS#'))
      .filter(({ expiresAtEpochSeconds: end }) => Number(end) > world.clock.nowSeconds())
      .map(({ sk, used }) => [String(sk).split('#')[1] ?? '', Number(used)]),
  );

/** Logged lines of an event, from a line on. */
export const logged = (world: World, event: string, from = 0): Record<string, unknown>[] =>
  world.logs
    .slice(from)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.event === event);
