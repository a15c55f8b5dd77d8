import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { getProfile, openAccount, refresh, signIn } from '../support/journeys.ts';
import { bearer, loadEvent } from '../support/load-event.ts';
import {
  addAuthenticator,
  beginAuthenticator,
  callAs,
  challengeOf,
  newestCode,
  totpCode,
} from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf } from '../support/stored.ts';
import {
  answerChallenge,
  factorsRowOf,
  noticesTo,
  openTwoFactorOwner,
  proveAgain,
  STEP_SECONDS,
  signInWithCode,
  twoFactorOf,
} from '../support/two-factor-journeys.ts';
import { addSms } from '../support/verification.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const PARALLEL = 10;

const times = <Result>(count: number, act: (index: number) => Promise<Result>): Promise<Result[]> =>
  withoutTimeouts(() => Promise.all(Array.from({ length: count }, (_, index) => act(index))));
const withStatus = (answers: readonly Answer[], status: number): Answer[] =>
  answers.filter((answer) => answer.status === status);

/** Matches a transaction that writes a row with this sort key prefix. */
const transacts =
  (sortKey: string) =>
  ({ operation, body }: DynamoCall): boolean =>
    operation === 'TransactWriteItems' && JSON.stringify(body).includes(`"sk":{"S":"${sortKey}`);

describe('a race for second factors', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const newAccount = () => openAccount(world);
  // Keeps other sessions, so that the race is decided by the changed row and not by the epoch.
  const sparing = { end_other_sessions: false };
  const confirm = (
    { access_token: token }: SessionTokensAnswer,
    code: string,
    more: object = sparing,
  ): Promise<Answer> => callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body: { code, ...more } });
  const remove = ({ access_token: token }: SessionTokensAnswer, factor: string): Promise<Answer> =>
    callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor } });
  const renew = ({ access_token: token }: SessionTokensAnswer, body: object = sparing): Promise<Answer> =>
    callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/json', token, { body });
  const typesOf = async (accountId: string, type: string) =>
    (await eventsOf(world, accountId)).filter((event) => event.type === type);

  describe('to begin an app', () => {
    it('begins one: all that one session asks for at the same time show the same secret', async () => {
      const { session } = await newAccount();

      const begun = await times(PARALLEL, () => beginAuthenticator(world, session));

      expect(withStatus(begun, 200)).toHaveLength(PARALLEL);
      expect(new Set(begun.map(({ body }) => body.secret)).size).toBe(1);
      expect(new Set(begun.map(({ body }) => body.enrollment_id)).size).toBe(1);
    });

    it('leaves one: of the secrets that several sessions were shown one can be confirmed', async () => {
      const { email, session } = await newAccount();
      const others = await times(2, async () => (await signIn(world, email)).body as SessionTokensAnswer);

      const begun = await Promise.all([session, ...others].map((one) => beginAuthenticator(world, one)));
      const confirmed: Answer[] = [];
      for (const { body } of begun) confirmed.push(await confirm(session, totpCode(world, body.secret)));

      expect(withStatus(begun, 200)).toHaveLength(3);
      expect(new Set(begun.map(({ body }) => body.secret)).size).toBe(3);
      expect(withStatus(confirmed, 200)).toHaveLength(1);
      expect((await twoFactorOf(world, session)).factors).toHaveLength(1);
    });

    it('never leads to a sixth, not even when it was begun beside the fifth', async () => {
      const { session } = await openTwoFactorOwner(world);
      for (const name of ['2', '3', '4']) await addAuthenticator(world, session, name);
      world.proxy.interrupt({
        fits: transacts('TOTP_ENROLLMENT'),
        meanwhile: async () => {
          const fifth = await beginAuthenticator(world, session, '5');
          await confirm(session, totpCode(world, fifth.body.secret));
        },
      });

      const sixth = await beginAuthenticator(world, session, '6');
      const answer = await confirm(session, totpCode(world, sixth.body.secret));

      expect(sixth.status).toBe(200); // there were four at its read
      expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect((await twoFactorOf(world, session)).factors).toHaveLength(5);
    });
  });

  describe('to confirm an app', () => {
    it('is not undone by asking for it again: a secret that was confirmed on the way is not shown as one that is awaited', async () => {
      const { session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      let confirmed: Answer | undefined;
      world.proxy.interrupt({
        fits: transacts('TOTP_ENROLLMENT'),
        meanwhile: async () => {
          confirmed = await confirm(session, totpCode(world, body.secret));
        },
      });

      const again = await beginAuthenticator(world, session);

      expect(confirmed?.status).toBe(200);
      expect(again).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } }); // a factor is on by now
    });

    it('has one winner, and recovery codes are shown exactly once', async () => {
      const { email, session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      const code = totpCode(world, body.secret);

      const answers = await times(PARALLEL, () => confirm(session, code));

      const [winner, ...others] = withStatus(answers, 200);
      expect(others).toEqual([]);
      expect(winner?.body.recovery_codes).toHaveLength(10);
      const losers = answers.filter((answer) => answer !== winner);
      expect(
        losers.filter(({ body: { code: why } }) => why !== 'invalid-code' && why !== 'fresh-session-required'),
      ).toEqual([]);
      expect(await typesOf(session.account_id, 'authenticator-added')).toHaveLength(1);
      expect((await noticesTo(world, email)).filter((subject) => /was added/.test(subject))).toHaveLength(1);
      expect(await twoFactorOf(world, session)).toMatchObject({ recovery_codes_left: 10 });
      expect((await signInWithCode(world, email, winner?.body.recovery_codes[7])).status).toBe(200);
    });

    it('has one winner where the other sessions end, and that one goes on', async () => {
      const { session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      const code = totpCode(world, body.secret);

      const answers = await times(PARALLEL, () => confirm(session, code, {}));

      const [winner, ...others] = withStatus(answers, 200);
      expect(others).toEqual([]);
      const why = new Set(answers.filter((answer) => answer !== winner).map((answer) => answer.body.code));
      expect([...why].filter((one) => one !== 'invalid-code' && one !== 'unauthenticated')).toEqual([]);
      expect((await twoFactorOf(world, winner?.body.session)).factors).toHaveLength(1);
    });

    it('has one winner with two codes that are both right', async () => {
      const { session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      const earlier = totpCode(world, body.secret);
      world.clock.advance(STEP_SECONDS);

      const answers = await times(PARALLEL, (index) =>
        confirm(session, index % 2 ? earlier : totpCode(world, body.secret)),
      );

      expect(withStatus(answers, 200)).toHaveLength(1);
      expect((await twoFactorOf(world, session)).factors).toHaveLength(1);
    });

    it('is lost by an app that a newer one superseded on the way', async () => {
      const { email, session } = await newAccount();
      const { body: other } = await signIn(world, email);
      const older = await beginAuthenticator(world, session);
      let newer: Answer | undefined;
      world.proxy.interrupt({
        fits: transacts('TOTP_ENROLLMENT'),
        meanwhile: async () => {
          newer = await beginAuthenticator(world, other);
        },
      });

      const answer = await confirm(session, totpCode(world, older.body.secret));

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
      expect((await confirm(session, totpCode(world, newer?.body.secret))).status).toBe(200);
    });

    it('is lost by a session that ends on the way', async () => {
      const { email, session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      world.proxy.interrupt({
        fits: transacts('TOTP_ENROLLMENT'),
        meanwhile: () => world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token))),
      });

      const answer = await confirm(session, totpCode(world, body.secret));

      expect(answer.body).not.toHaveProperty('recovery_codes');
      expect(await factorsRowOf(world, session.account_id)).toMatchObject({ apps: {}, recoveryCodes: {} });
      expect((await noticesTo(world, email)).filter((subject) => /was added/.test(subject))).toEqual([]);
    });

    it('is lost where a factor is removed on the way: the enrolment is void with the epoch it was begun in', async () => {
      const { session, appId } = await openTwoFactorOwner(world);
      const { body } = await beginAuthenticator(world, session, 'Tablet');
      let removed: Answer | undefined;
      world.proxy.interrupt({
        fits: transacts('TOTP_ENROLLMENT'),
        meanwhile: async () => {
          removed = await remove(session, appId);
        },
      });

      const answer = await confirm(session, totpCode(world, body.secret));

      expect(answer.status).not.toBe(200);
      expect(await twoFactorOf(world, removed?.body.session)).toEqual({
        enabled: false,
        factors: [],
        recovery_codes_left: 0,
      });
    });

    it('against a first code by SMS has one winner: recovery codes are shown once, and those work', async () => {
      const { email, session } = await newAccount();
      const number = '+436641234561';
      const { body } = await beginAuthenticator(world, session);
      await callAs(world, 'request-verification', 'request-verification/with-bearer', session.access_token, {
        body: { phone_number: number },
      });
      await world.deliver();
      const sms = await newestCode(world, number);

      const answers = await Promise.all([
        confirm(session, totpCode(world, body.secret)),
        callAs(world, 'verify-code', 'verify-code/with-bearer', session.access_token, {
          body: { code: sms, ...sparing },
        }),
      ]);

      const shown = answers.flatMap((answer) => answer.body.recovery_codes ?? []);
      expect(withStatus(answers, 200)).toHaveLength(1);
      expect(shown).toHaveLength(10);
      expect((await twoFactorOf(world, session)).factors).toHaveLength(1);
      expect((await signInWithCode(world, email, shown[0])).status).toBe(200);
    });
  });

  describe('to remove', () => {
    it('one and the same app has one winner', async () => {
      const { email, accountId, session, appId } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');

      const answers = await times(PARALLEL, () => remove(session, appId));

      const winners = withStatus(answers, 200);
      expect(winners).toHaveLength(1);
      expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 409].includes(status))).toEqual([]);
      expect((await getProfile(world, winners[0]?.body.session)).status).toBe(200);
      expect((await twoFactorOf(world, winners[0]?.body.session)).factors).toHaveLength(1);
      expect(await typesOf(accountId, 'authenticator-removed')).toHaveLength(1);
      expect((await noticesTo(world, email)).filter((subject) => /was removed/.test(subject))).toHaveLength(1);
    });

    it('two factors at once takes one: nobody is left with recovery codes alone', async () => {
      const { accountId, session, appId } = await openTwoFactorOwner(world);
      await addSms(world, session, '+436641234562');

      const answers = await Promise.all([remove(session, appId), remove(session, 'sms')]);

      const [winner, ...others] = withStatus(answers, 200);
      expect(others).toEqual([]);
      expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 409].includes(status))).toEqual([]);
      expect(await twoFactorOf(world, winner?.body.session)).toMatchObject({ enabled: true, recovery_codes_left: 10 });
      const row = await factorsRowOf(world, accountId);
      expect(Object.keys(row?.apps as object).length + (row?.sms ? 1 : 0)).toBe(1);
    });

    it('from two sessions signs the loser out', async () => {
      const { email, secret, session, appId } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');
      world.clock.advance(STEP_SECONDS);
      const { body: other } = await signInWithCode(world, email, totpCode(world, secret));

      const answers = await Promise.all([remove(session, appId), remove(other, appId)]);

      expect(withStatus(answers, 200)).toHaveLength(1);
      const loser = answers[0]?.status === 200 ? other : session;
      expect(await routesOpenTo(world, loser)).toEqual([]);
    });

    it('beats a refresh of the same session that happens on the way: those tokens are dead', async () => {
      const { session, appId } = await openTwoFactorOwner(world);
      let refreshed: Answer | undefined;
      world.proxy.interrupt({
        fits: transacts('FACTORS'),
        meanwhile: async () => {
          refreshed = await refresh(world, session.refresh_token);
        },
      });

      const answer = await remove(session, appId);

      expect([answer.status, refreshed?.status]).toEqual([200, 200]);
      expect(await routesOpenTo(world, refreshed?.body)).toEqual([]);
      expect((await getProfile(world, answer.body.session)).status).toBe(200);
      expect((await refresh(world, answer.body.session.refresh_token)).status).toBe(200);
      expect((await refresh(world, refreshed?.body.refresh_token)).body.code).toBe('invalid-token');
    });

    it('is lost by a session that ends on the way', async () => {
      const { accountId, session, appId } = await openTwoFactorOwner(world);
      world.proxy.interrupt({
        fits: transacts('FACTORS'),
        meanwhile: () => world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token))),
      });

      const answer = await remove(session, appId);

      expect([401, 409]).toContain(answer.status);
      expect(Object.keys((await factorsRowOf(world, accountId))?.apps as object)).toEqual([appId]);
    });

    it('beats a sign-in with the code of the app that is on the way', async () => {
      const { email, secret, session, appId } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');
      const challenge = await challengeOf(world, email);
      world.clock.advance(STEP_SECONDS);
      world.proxy.interrupt({ fits: transacts('SESSION#'), meanwhile: () => remove(session, appId) });

      const answer = await answerChallenge(world, challenge, totpCode(world, secret));

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
    });
  });

  describe('to renew recovery codes', () => {
    it('is won by who comes first: nobody is shown codes that are dead by then', async () => {
      const { email, accountId, session } = await openTwoFactorOwner(world);
      let first: Answer | undefined;
      world.proxy.interrupt({
        fits: transacts('FACTORS'),
        meanwhile: async () => {
          first = await renew(session);
        },
      });

      const second = await renew(session);

      expect(first?.status).toBe(200);
      expect(second).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect((await signInWithCode(world, email, first?.body.recovery_codes[0])).status).toBe(200);
      expect(await typesOf(accountId, 'recovery-codes-renewed')).toHaveLength(1);
    });

    it('ten times at once leaves ten codes, all of one set', async () => {
      const { accountId, email, session } = await openTwoFactorOwner(world);

      const answers = await times(PARALLEL, () => renew(session));
      const shown = withStatus(answers, 200).map(({ body }) => body.recovery_codes as string[]);
      const used: Answer[] = [];
      for (const codes of shown) used.push(await signInWithCode(world, email, codes[0] ?? ''));

      expect(withStatus(answers, 200).length + withStatus(answers, 409).length).toBe(PARALLEL);
      expect(withStatus(used, 200)).toHaveLength(1);
      expect(Object.keys((await factorsRowOf(world, accountId))?.recoveryCodes as object)).toHaveLength(9);
    });

    it('ten times at once has one winner where the other sessions end, and that one goes on', async () => {
      const { session } = await openTwoFactorOwner(world);

      const answers = await times(PARALLEL, () => renew(session, {}));

      const [winner, ...others] = withStatus(answers, 200);
      expect(others).toEqual([]);
      expect(withStatus(answers, 409).length + withStatus(answers, 401).length).toBe(PARALLEL - 1);
      expect(await twoFactorOf(world, winner?.body.session)).toMatchObject({ recovery_codes_left: 10 });
    });

    it('beats an old code that is on the way', async () => {
      const { email, session, recoveryCodes } = await openTwoFactorOwner(world);
      const challenge = await challengeOf(world, email);
      world.proxy.interrupt({ fits: transacts('SESSION#'), meanwhile: () => renew(session) });

      const answer = await answerChallenge(world, challenge, recoveryCodes[0] ?? '');

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
      expect(await twoFactorOf(world, session)).toMatchObject({ recovery_codes_left: 10 });
    });
  });

  describe('to use one code', () => {
    const challenges = async (email: string, count: number): Promise<string[]> => {
      const begun: string[] = [];
      for (let index = 0; index < count; index += 1) begun.push(await challengeOf(world, email));
      return begun;
    };

    /** @asvs 6.5.1 */
    it('of an app on ten challenges begins one session, and none after it', async () => {
      const { email, secret } = await openTwoFactorOwner(world);
      const begun = await challenges(email, PARALLEL);
      world.clock.advance(STEP_SECONDS);
      const code = totpCode(world, secret);

      const answers = await Promise.all(begun.map((challenge) => answerChallenge(world, challenge, code)));
      const later = await signInWithCode(world, email, code);

      expect(withStatus(answers, 200)).toHaveLength(1);
      expect(withStatus(answers, 400)).toHaveLength(PARALLEL - 1);
      expect(later.status).toBe(400);
    });

    it('of the sheet on ten challenges begins one session, and takes one code', async () => {
      const { email, session, recoveryCodes } = await openTwoFactorOwner(world);
      const begun = await challenges(email, PARALLEL);

      const answers = await Promise.all(begun.map((one) => answerChallenge(world, one, recoveryCodes[0] ?? '')));

      expect(withStatus(answers, 200)).toHaveLength(1);
      expect(await twoFactorOf(world, session)).toMatchObject({ recovery_codes_left: 9 });
    });

    it('to prove oneself again ten times proves it once', async () => {
      const { session, secret, recoveryCodes } = await openTwoFactorOwner(world);
      world.clock.advance(STEP_SECONDS);

      const byApp = await times(PARALLEL, () => proveAgain(world, session, { code: totpCode(world, secret) }));
      const bySheet = await times(PARALLEL / 2, () => proveAgain(world, session, { code: recoveryCodes[0] ?? '' }));

      expect([withStatus(byApp, 200).length, withStatus(bySheet, 200).length]).toEqual([1, 1]);
      expect(await twoFactorOf(world, session)).toMatchObject({ recovery_codes_left: 9 });
    });

    it('to sign in and to prove oneself again at once does one of the two', async () => {
      const { email, session, secret } = await openTwoFactorOwner(world);
      const challenge = await challengeOf(world, email);
      world.clock.advance(STEP_SECONDS);
      const code = totpCode(world, secret);

      const answers = await Promise.all([
        answerChallenge(world, challenge, code),
        proveAgain(world, session, { code }),
      ]);

      expect(withStatus(answers, 200)).toHaveLength(1);
    });

    it('by guessing, a hundred at once, compares no more than twenty', async () => {
      const { session, secret } = await openTwoFactorOwner(world);
      world.clock.advance(STEP_SECONDS);
      const right = Number(totpCode(world, secret));
      const guesses = Array.from({ length: 100 }, (_, index) =>
        String((right + 1 + index) % 1_000_000).padStart(6, '0'),
      );

      await withoutTimeouts(() => Promise.all(guesses.map((code) => proveAgain(world, session, { code }))));

      const counters = (await world.rows('tokens')).filter(
        ({ pk, sk }) => pk === `ACCOUNT#${session.account_id}` && String(sk).startsWith('ATTEMPTS#totp'),
      );
      expect(counters).toMatchObject([{ used: 20 }]);
      expect(await proveAgain(world, session, { code: totpCode(world, secret) })).toMatchObject({ status: 401 });
    });
  });
});
