import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FREE_FAILURES } from '../../shared/two-factor/attempt-policy.ts';
import { newAddress, signUp } from '../support/journeys.ts';
import { countFailures } from '../support/lock-causes.ts';
import { beginAuthenticator, callAs, challengeOf, totpCodeAway } from '../support/second-factor.ts';
import { proveAgain, signInWithApp } from '../support/two-factor-journeys.ts';
import { accountWithApp, giveCode, quietAccountWithApp, triesOf } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const CHECK_CLOCK = { status: 400, body: { code: 'invalid-code', errors: [{ field: 'code', code: 'check-clock' }] } };

/** @see RFC 6238 §5.2, §6; docs/adr/0043 */
describe("a phone's clock that is off", () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** An account with an app, whose last code is long past, and a challenge. */
  const owner = async () => {
    const account = await accountWithApp(world, 300);
    return { ...account, token: await challengeOf(world, account.email) };
  };
  const code = (secret: string, steps: number) => totpCodeAway(world, secret, steps);

  it.each([-1, 0, 1])('by %d steps costs nothing', async (steps) => {
    const { secret, token } = await owner();

    expect((await giveCode(world, code(secret, steps), { token })).status).toBe(200);
  });

  it('is taken once: the code of the step to come is used up, and so are those before it', async () => {
    const { email, secret, token } = await owner();
    await giveCode(world, code(secret, 1), { token });
    const next = await challengeOf(world, email);

    const again = [];
    for (const steps of [1, 0, -1]) again.push((await giveCode(world, code(secret, steps), { token: next })).status);
    world.clock.advance(30);
    const later = await giveCode(world, code(secret, 0), { token: next });

    expect([...again, later.status]).toEqual([400, 400, 400, 400]);
  });

  it('is taken at enrolment too', async () => {
    const session = await signUp(world, newAddress());
    const { secret } = (await beginAuthenticator(world, session)).body;

    const answer = await callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, {
      body: { code: code(secret, 1) },
    });

    expect(answer.status).toBe(200);
  });

  it.each([-2, 2])('by %d steps is said, and costs its try', async (steps) => {
    const { secret, token, account_id: id } = await owner();

    const answer = await giveCode(world, code(secret, steps), { token });

    expect(answer).toMatchObject(CHECK_CLOCK);
    expect(await triesOf(world, id)).toEqual({ totp: 1 });
  });

  it('is said of a code once: it is used up by that, and does not work when its time comes', async () => {
    const { secret, token } = await owner();
    const early = code(secret, 2);

    const told = await giveCode(world, early, { token });
    const again = await giveCode(world, early, { token });
    world.clock.advance(30);
    const asNext = await giveCode(world, early, { token });
    world.clock.advance(30);
    const inTime = await giveCode(world, early, { token });

    expect(told).toMatchObject(CHECK_CLOCK);
    for (const answer of [again, asNext, inTime]) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
      expect(answer.body).not.toHaveProperty('errors');
    }
    world.clock.advance(30);
    expect((await giveCode(world, code(secret, 0), { token })).status).toBe(200);
  });

  it('is said to one of many at once', async () => {
    const { email, secret } = await owner();
    const tokens = await Promise.all([1, 2, 3, 4, 5].map(() => challengeOf(world, email)));
    const early = code(secret, 2);

    const answers = await Promise.all(tokens.map((token) => giveCode(world, early, { token })));

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    expect(answers.filter(({ body }) => body.errors !== undefined)).toHaveLength(1);
  });

  it.each([-3, 3, -2880, 2880])('by %d steps is not said: that is any wrong code', async (steps) => {
    const { secret, token } = await owner();

    const { status, body } = await giveCode(world, code(secret, steps), { token });

    expect([status, body.code, body.errors]).toEqual([400, 'invalid-code', undefined]);
  });

  it('is not said by a lock, and no step is used by it', async () => {
    const { secret, token, account_id: id } = await owner();
    await countFailures(world, { accountId: id, factor: 'totp', used: FREE_FAILURES });

    const { status, body } = await giveCode(world, code(secret, 2), { token });
    await countFailures(world, { accountId: id, factor: 'totp', used: 0 });
    world.clock.advance(60);

    expect([status, body.errors]).toEqual([400, undefined]);
    expect((await giveCode(world, code(secret, 0), { token })).status).toBe(200);
  });

  it('is said at a step-up where the password is right, and not where it is wrong', async () => {
    const { email, secret } = await quietAccountWithApp(world);
    const session = await signInWithApp(world, email, secret);
    world.clock.advance(90);

    const wrong = await proveAgain(world, session, { password: 'not the password', code: code(secret, -2) });
    world.clock.advance(90);
    const right = await proveAgain(world, session, { code: code(secret, -2) });

    expect([wrong.status, wrong.body.errors]).toEqual([401, undefined]);
    expect(right).toMatchObject({
      status: 401,
      body: { code: 'invalid-credentials', errors: [{ field: 'code', code: 'check-clock' }] },
    });
  });

  it('is said while an app is added', async () => {
    const session = await signUp(world, newAddress());
    const { secret } = (await beginAuthenticator(world, session)).body;

    const answer = await callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, {
      body: { code: code(secret, -2) },
    });

    expect(answer).toMatchObject(CHECK_CLOCK);
  });
});
