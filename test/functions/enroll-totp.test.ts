import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { openAccount, recoveryToken, resetPassword, signIn } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { modulesDrawn, modulesOf } from '../support/qr-modules.ts';
import { addAuthenticator, beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { everythingStored, storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { openTwoFactorOwner, proveAgain, signInWithApp, twoFactorOf } from '../support/two-factor-journeys.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const PRODUCT = 'Bücher & Söhne';
/** For so long an enrolment that is asked for again is the same one: as long as a proof is fresh. */
const SAME_FOR_SECONDS = 300;
const INVALID_CODE = { status: 400, body: { code: 'invalid-code' } };

describe('enroll-totp', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { productName: PRODUCT, sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const newAccount = () => openAccount(world);
  const confirm = ({ access_token: token }: SessionTokensAnswer, secret: string): Promise<Answer> =>
    callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body: { code: totpCode(world, secret) } });
  const enrollmentsOf = async ({ account_id: id }: SessionTokensAnswer) =>
    (await world.rows('tokens')).filter(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'TOTP_ENROLLMENT');

  describe('its answer', () => {
    it('holds a secret of 160 bits in base32, the URI and how long a first code is awaited', async () => {
      const { email, session } = await newAccount();

      const answer = await beginAuthenticator(world, session);

      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
      expect(answer.body).toEqual({
        enrollment_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
        otpauth_uri: expect.stringMatching(/^otpauth:\/\/totp\//),
        qr: expect.stringMatching(/^data:image\/svg\+xml;base64,[\w+/]+=*$/),
        expires_in: 600,
      });
      const uri = new URL(answer.body.otpauth_uri);
      expect(decodeURIComponent(uri.pathname)).toBe(`/${PRODUCT}:${email}`);
      expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: answer.body.secret, issuer: PRODUCT });
    });

    it('draws exactly that URI as an SVG with room around it, and nothing else', async () => {
      const { session } = await newAccount();

      const { body } = await beginAuthenticator(world, session);
      const svg = Buffer.from(body.qr.split(',')[1], 'base64').toString('utf8');

      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^<>]*>(?:<path [^<>]*\/>){2}<\/svg>\n?$/);
      expect(modulesDrawn(svg)).toBe(modulesOf(body.otpauth_uri, 2));
      expect(modulesDrawn(svg)).not.toBe(modulesOf(`${body.otpauth_uri}x`, 2));
    });

    it('is never the same for two accounts', async () => {
      const answers = [await newAccount(), await newAccount()].map(({ session }) => beginAuthenticator(world, session));

      expect(new Set((await Promise.all(answers)).map(({ body }) => body.secret)).size).toBe(2);
    });
  });

  describe('asked again', () => {
    it('is the same app within five minutes, of which no more is left than before', async () => {
      const { session } = await newAccount();
      const first = await beginAuthenticator(world, session);
      world.clock.advance(SAME_FOR_SECONDS);

      const again = await beginAuthenticator(world, session);

      expect(again).toMatchObject({ status: 200 });
      expect(again.body).toEqual({ ...first.body, expires_in: 600 - SAME_FOR_SECONDS });
      expect((await confirm(session, first.body.secret)).status).toBe(200);
    });

    it('is another one a second later, and the first secret counts for nothing', async () => {
      const { session } = await newAccount();
      const first = await beginAuthenticator(world, session);
      world.clock.advance(SAME_FOR_SECONDS + 1);
      const fresh = { ...session, access_token: (await proveAgain(world, session)).body.access_token };

      const again = await beginAuthenticator(world, fresh);

      expect(again.body.secret).not.toBe(first.body.secret);
      expect(again.body).toMatchObject({ expires_in: 600 });
      expect(await confirm(fresh, first.body.secret)).toMatchObject(INVALID_CODE);
      expect((await confirm(fresh, again.body.secret)).status).toBe(200);
    });

    it('shows no other session the secret that the owner is about to confirm', async () => {
      const { email, session } = await newAccount();
      const { body: other } = await signIn(world, email);
      const first = await beginAuthenticator(world, session);

      const foreign = await beginAuthenticator(world, other);

      expect(foreign.body.secret).not.toBe(first.body.secret);
      expect(foreign.body.enrollment_id).not.toBe(first.body.enrollment_id);
    });

    it('wants as fresh a proof as the first time', async () => {
      const { session } = await newAccount();
      await beginAuthenticator(world, session);
      world.clock.advance(SAME_FOR_SECONDS + 1);

      expect(await beginAuthenticator(world, session)).toMatchObject({
        status: 401,
        body: { code: 'fresh-session-required' },
      });
    });

    it('takes the newer name, and keeps the one that there is where none is said', async () => {
      const { session } = await newAccount();
      const { body } = await beginAuthenticator(world, session, 'Phone');
      await beginAuthenticator(world, session, 'Tablet');

      const again = await beginAuthenticator(world, session);
      const confirmed = await confirm(session, again.body.secret);

      expect(again.body.secret).toBe(body.secret);
      expect((await twoFactorOf(world, confirmed.body.session)).factors).toMatchObject([{ name: 'Tablet' }]);
    });

    it('begins anew once the app is on: the next one has a secret of its own', async () => {
      const { session } = await openTwoFactorOwner(world);
      const tablet = await addAuthenticator(world, session, 'Tablet');

      const { body } = await beginAuthenticator(world, session, 'Watch');

      expect(body.secret).not.toBe(tablet.secret);
      expect(body.enrollment_id).not.toBe(tablet.id);
    });

    it('begins anew where a release before began it, of whose session nothing is known', async () => {
      const { session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      const [{ sessionId: _, ...row } = {}] = await enrollmentsOf(session);
      await putRows(world, 'tokens', [row]);

      const again = await beginAuthenticator(world, session);

      expect(again.status).toBe(200);
      expect(again.body.secret).not.toBe(body.secret);
    });

    it('keeps no secret in the clear, before and after', async () => {
      const { session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      await beginAuthenticator(world, session);

      expect(leaksIn(await everythingStored(world), { secret: body.secret, uri: body.otpauth_uri })).toEqual([]);
    });
  });

  it('switches nothing on: the owner signs in with the password as before, and is told nothing', async () => {
    const { email, session } = await newAccount();

    await beginAuthenticator(world, session);

    expect(await twoFactorOf(world, session)).toEqual({ enabled: false, factors: [], recovery_codes_left: 0 });
    expect((await signIn(world, email)).body.access_token).toEqual(expect.any(String));
    expect((await world.rows('outbox')).length).toBe(0);
  });

  it('keeps the name for when the app is confirmed', async () => {
    const { session } = await newAccount();

    await addAuthenticator(world, session, "Ada's Pixel 9 – 🔑");

    expect((await twoFactorOf(world, session)).factors).toMatchObject([{ name: "Ada's Pixel 9 – 🔑" }]);
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const { session } = await newAccount();

    const event = loadEvent('enroll-totp/json', { ...formBody({ name: 'Tablet' }), ...bearer(session.access_token) });
    const answer = await world.call('enroll-totp', event);

    expect(answer.status).toBe(200);
  });

  describe('an app that is awaited', () => {
    it('gives way to a newer one of another session: of two secrets the newer counts', async () => {
      const { email, session } = await newAccount();
      const { body: other } = await signIn(world, email);
      const first = await beginAuthenticator(world, session);
      const second = await beginAuthenticator(world, other);

      const refused = await confirm(session, first.body.secret);
      const accepted = await confirm(other, second.body.secret);

      expect(refused).toMatchObject(INVALID_CODE);
      expect(accepted.status).toBe(200);
      expect((await twoFactorOf(world, accepted.body.session)).factors).toHaveLength(1);
    });

    it('leaves no trace when it is superseded: there is one at a time', async () => {
      const { email, session } = await newAccount();
      const { body: other } = await signIn(world, email);

      for (const one of [session, other, session]) await beginAuthenticator(world, one);

      expect(await enrollmentsOf(session)).toHaveLength(1);
    });

    it.each([
      ['a second before', 599, 200],
      ['at', 600, 400],
      ['a second after', 601, 400],
    ])('is confirmed %s its ten minutes or not at all', async (_, seconds, status) => {
      const { session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      world.clock.advance(seconds);
      const fresh = { ...session, access_token: (await proveAgain(world, session)).body.access_token };

      const answer = await confirm(fresh, body.secret);

      expect(answer.status).toBe(status);
      if (status !== 200) {
        expect(answer.body.code).toBe('invalid-code');
        expect(await enrollmentsOf(session)).toHaveLength(1); // expired by the clock, before the TTL
      }
    });

    it('does not survive a password reset: who began it may have known the old password', async () => {
      const { email, session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      await resetPassword(world, await recoveryToken(world, email), 'a newer and better one');
      const { body: newSession } = await signIn(world, email, 'a newer and better one');

      const answer = await confirm(newSession, body.secret);

      expect(answer).toMatchObject(INVALID_CODE);
      expect((await twoFactorOf(world, newSession)).enabled).toBe(false);
    });

    it('does not survive the removal of another factor', async () => {
      const { session, appId } = await openTwoFactorOwner(world);
      const { body } = await beginAuthenticator(world, session);
      const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
        path: { factor: appId },
      });

      const answer = await confirm(removed.body.session, body.secret);

      expect(removed.status).toBe(200);
      expect(answer).toMatchObject(INVALID_CODE);
    });

    it("can be confirmed by another session of the same account, and by nobody else's", async () => {
      const { email, session } = await newAccount();
      const { session: stranger } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      const { body: other } = await signIn(world, email);

      const foreign = await confirm(stranger, body.secret);
      const own = await confirm(other, body.secret);

      expect(foreign).toMatchObject(INVALID_CODE);
      expect(own.status).toBe(200);
    });
  });

  describe('several apps', () => {
    it('are five at most: the sixth is a conflict, and nothing is begun', async () => {
      const { session } = await openTwoFactorOwner(world);
      for (const name of ['Tablet', 'Watch', 'Desk', 'Safe']) await addAuthenticator(world, session, name);
      const before = await storedRows(world);

      const answer = await beginAuthenticator(world, session, 'One too many');

      expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await storedRows(world)).toEqual(before);
      expect((await twoFactorOf(world, session)).factors.map(({ name }: { name: string }) => name).toSorted()).toEqual([
        'Authenticator app',
        'Desk',
        'Safe',
        'Tablet',
        'Watch',
      ]);
    });

    it('each sign their owner in', async () => {
      const { email, secret, session } = await openTwoFactorOwner(world);
      const tablet = await addAuthenticator(world, session, 'Tablet');

      const sessions = [
        await signInWithApp(world, email, tablet.secret),
        await signInWithApp(world, email, secret),
        await signInWithApp(world, email, tablet.secret),
      ];

      expect(new Set(sessions.map(({ session_id: id }) => id)).size).toBe(3);
    });

    it('have room for another once one is removed', async () => {
      const { session, appId } = await openTwoFactorOwner(world);
      for (const name of ['Tablet', 'Watch', 'Desk', 'Safe']) await addAuthenticator(world, session, name);
      const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
        path: { factor: appId },
      });

      const answer = await beginAuthenticator(world, removed.body.session, 'Instead');

      expect(answer.status).toBe(200);
    });
  });

  describe('the secret', () => {
    /** @asvs 13.3.1, 14.2.4 */
    it('is nowhere in the tables or the log, in no spelling, before and after it is confirmed', async () => {
      const before = world.logs.length;
      const { email, session } = await newAccount();
      const { body } = await beginAuthenticator(world, session);
      const secrets = { secret: body.secret, uri: body.otpauth_uri, qr: body.qr };
      const pending = await everythingStored(world);
      await confirm(session, body.secret);

      expect(leaksIn(pending, secrets)).toEqual([]);
      expect(leaksIn(await everythingStored(world), secrets)).toEqual([]);
      expect(leaksIn(world.logs.slice(before), { ...secrets, email, token: session.access_token })).toEqual([]);
    });

    /** @asvs 11.3.3 */
    it("does not open in another account's row, so nobody can use what they can move but not read", async () => {
      const { session } = await newAccount();
      const { session: mallory } = await newAccount();
      await beginAuthenticator(world, mallory);
      const { body } = await beginAuthenticator(world, session);
      const [row] = await enrollmentsOf(session);
      await putRows(world, 'tokens', [{ ...row, pk: `ACCOUNT#${mallory.account_id}` }]);

      const answer = await confirm(mallory, body.secret);

      expect(answer).toMatchObject(INVALID_CODE);
    });
  });

  describe('a session that has proven the password alone', () => {
    it('can begin the first app', async () => {
      const { session } = await newAccount();

      expect((await beginAuthenticator(world, session)).status).toBe(200);
    });

    it('can not begin another one', async () => {
      const { firstSession } = await openTwoFactorOwner(world);
      const before = await storedRows(world);

      const answer = await beginAuthenticator(world, firstSession);

      expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
      expect(await storedRows(world)).toEqual(before);
    });
  });

  describe('its body', () => {
    const faults = bodyFaults({ name: 'My phone' }).filter(
      ({ fault }) => !['no body at all', 'an empty body', 'a missing field'].includes(fault),
    );

    it.each(faults)('may not be $fault', async ({ changes, status, code, errors }) => {
      const { session } = await newAccount();

      const event = loadEvent('enroll-totp/json', { ...changes, ...bearer(session.access_token) });
      const answer = await world.call('enroll-totp', event);

      expect(answer).toMatchObject({ status, body: { code, status } });
      expect(answer.body.errors).toEqual(errors);
    });

    it.each<[string, unknown, { field: string; code: string }]>([
      ['empty', '', { field: 'name', code: 'too-short' }],
      ['61 characters', 'x'.repeat(61), { field: 'name', code: 'too-long' }],
      ['two lines', 'My\nphone', { field: 'name', code: 'not-one-line' }],
      ['half a character', 'My \ud83d', { field: 'name', code: 'ill-formed-text' }],
      ['a number', 7, { field: 'name', code: 'wrong-type' }],
      ['an object', { $eq: 'x' }, { field: 'name', code: 'wrong-type' }],
    ])('may not hold a name that is %s', async (_, name, error) => {
      const { session } = await newAccount();

      const answer = await callAs(world, 'enroll-totp', 'enroll-totp/json', session.access_token, { body: { name } });

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [error] } });
      expect(await enrollmentsOf(session)).toEqual([]);
    });

    it('may be left out, and may be an empty object', async () => {
      const { session } = await newAccount();

      const event = loadEvent('enroll-totp/json', { ...jsonBody({}), ...bearer(session.access_token) });
      const answer = await world.call('enroll-totp', event);

      expect(answer.status).toBe(200);
    });
  });

  it('gives no secret out that was not stored', async () => {
    const { session } = await newAccount();
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

    const down = await beginAuthenticator(world, session);
    world.proxy.heal();
    const up = await beginAuthenticator(world, session);

    expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
    expect(down.body).not.toHaveProperty('secret');
    expect(up.status).toBe(200);
  });

  it('answers a fault of its own without a word about it', async () => {
    const { session } = await newAccount();
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'access-denied' });

    const answer = await beginAuthenticator(world, session);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });
});
