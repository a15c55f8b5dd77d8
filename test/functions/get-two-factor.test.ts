import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { signIn, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { loadEvent } from '../support/load-event.ts';
import { addAuthenticator, beginAuthenticator, callAs } from '../support/second-factor.ts';
import { storedRows } from '../support/stored.ts';
import { openTwoFactorOwner, proveAgain, signInWithCode, twoFactorOf } from '../support/two-factor-journeys.ts';
import { addSms } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NUMBER = '+436641234542';

describe('get-two-factor', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const ask = (token: string): Promise<Answer> => callAs(world, 'get-two-factor', 'get-two-factor/get', token);

  it('tells of an account that never switched anything on', async () => {
    const session = await signUp(world, 'nothing@example.com');

    const answer = await ask(session.access_token);

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({ enabled: false, factors: [], recovery_codes_left: 0 });
  });

  it('tells of every factor what its owner needs to know it by, and of the number a hint', async () => {
    const owner = await openTwoFactorOwner(world);
    const enrolledAt = toRfc3339(world.clock.nowSeconds() - 30);
    await addSms(world, owner.session, NUMBER);

    const answer = await ask(owner.session.access_token);

    expect(answer.body).toEqual({
      enabled: true,
      factors: [
        { factor: 'totp', id: owner.appId, name: 'Authenticator app', enrolled_at: enrolledAt },
        { factor: 'sms', id: 'sms', phone_hint: '•• 42', enrolled_at: toRfc3339(world.clock.nowSeconds()) },
      ],
      recovery_codes_left: 10,
    });
  });

  it('tells of SMS alone, too', async () => {
    const session = await signUp(world, 'sms-alone@example.com');
    await addSms(world, session, '+436641234571');

    const answer = await ask(session.access_token);

    expect(answer.body).toMatchObject({ enabled: true, factors: [{ factor: 'sms' }], recovery_codes_left: 10 });
  });

  it('lists several apps by their names, and none whose first code is still awaited', async () => {
    const { session } = await openTwoFactorOwner(world);
    const tablet = await addAuthenticator(world, session, 'Tablet');
    await beginAuthenticator(world, session, 'Never confirmed');

    const { factors } = await twoFactorOf(world, session);

    expect(factors).toHaveLength(2);
    expect(factors).toContainEqual(expect.objectContaining({ factor: 'totp', id: tablet.id, name: 'Tablet' }));
  });

  it('counts recovery codes down as they are used', async () => {
    const { email, session, recoveryCodes } = await openTwoFactorOwner(world);
    const before = await twoFactorOf(world, session);

    await signInWithCode(world, email, recoveryCodes[3] ?? '');

    expect(before.recovery_codes_left).toBe(10);
    expect((await twoFactorOf(world, session)).recovery_codes_left).toBe(9);
  });

  it('can be asked by a session that is not fresh and has proven the password alone', async () => {
    const { firstSession } = await openTwoFactorOwner(world);
    world.clock.advance(600);

    const answer = await ask(firstSession.access_token);

    expect(answer).toMatchObject({ status: 200, body: { enabled: true } });
  });

  /** @asvs 8.2.2 */
  it("never tells of another account's factors", async () => {
    await openTwoFactorOwner(world);
    const { body: other } = await signIn(world, 'nothing@example.com');

    expect((await ask(other.access_token)).body.factors).toEqual([]);
  });

  it('holds no secret, no number and no hash, and leaves none in the log', async () => {
    const before = world.logs.length;
    const owner = await openTwoFactorOwner(world);
    const number = '+436641234599';
    await addSms(world, owner.session, number);
    const rows = (await world.rows('credentials')).filter(({ pk }) => pk === `ACCOUNT#${owner.accountId}`);
    const factors = rows.find(({ sk }) => sk === 'FACTORS') as {
      apps: Record<string, { secret: string }>;
      recoveryCodes: Record<string, unknown>;
    };
    const secrets = {
      secret: owner.secret,
      sealed: factors.apps[owner.appId]?.secret ?? '',
      number,
      code: owner.recoveryCodes[0] ?? '',
      hash: Object.keys(factors.recoveryCodes)[0] ?? '',
    };

    const answer = await ask(owner.session.access_token);

    expect(leaksIn(answer.text, secrets)).toEqual([]);
    expect(leaksIn(world.logs.slice(before), { ...secrets, email: owner.email })).toEqual([]);
  });

  it('changes nothing', async () => {
    const { session } = await openTwoFactorOwner(world);
    const before = await storedRows(world);

    await ask(session.access_token);

    expect(await storedRows(world)).toEqual(before);
  });

  it.each([
    ['no token', undefined],
    ['gibberish', 'Bearer replaced.by.the.test'],
    ['another scheme', 'Basic YWRhOnB3'],
  ])('answers nobody with %s', async (_, authorization) => {
    const answer = await world.call(
      'get-two-factor',
      loadEvent('get-two-factor/get', { 'headers.authorization': authorization }),
    );

    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('answers no challenge token: the password alone learns which factors there are at sign-in, and no more', async () => {
    const { email } = await openTwoFactorOwner(world);
    const challenge = (await signIn(world, email)).body.challenge_token;

    expect(await ask(challenge)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('answers "unavailable" while the database can not say, and not "nothing is on"', async () => {
    const { session } = await openTwoFactorOwner(world);
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const answer = await ask(session.access_token);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.body).not.toHaveProperty('enabled');
  });

  it('reads the account with its factors and the reset that may wait, both at the same time', async () => {
    const { session } = await openTwoFactorOwner(world);
    await proveAgain(world, session); // warm-up: the first call opens connections
    const before = world.proxy.calls.length;

    await ask(session.access_token);

    expect(world.proxy.calls.slice(before).map(({ operation }) => operation)).toEqual(['TransactGetItems', 'GetItem']);
  });
});
