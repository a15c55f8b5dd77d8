import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { checkResetToken, newestToken, recoveryToken, resetPassword, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const { recoverySeconds } = DEFAULTS.tokens;

describe('check-reset-token', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const check = (token: string): Promise<Answer> => checkResetToken(world, token);

  /** An account with a recovery token. */
  const tokenFor = async (email: string): Promise<string> => {
    await signUp(world, email);
    return recoveryToken(world, email);
  };

  it('says until when a token is good', async () => {
    const token = await tokenFor('good@example.com');

    const answer = await check(token);

    const expiresAt = new Date((world.clock.nowSeconds() + recoverySeconds) * 1000).toISOString();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ valid: true, expires_at: expiresAt.replace('.000Z', 'Z') });
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const token = await tokenFor('form@example.com');

    const answer = await world.call(
      'check-reset-token',
      loadEvent('check-reset-token/form', formBody({ reset_token: token })),
    );

    expect(answer).toMatchObject({ status: 200, body: { valid: true } });
  });

  it('consumes nothing, however often and however many at once: the token still resets the password', async () => {
    const token = await tokenFor('often@example.com');
    const before = await storedRows(world);

    const answers = await withoutTimeouts(() => Promise.all(Array.from({ length: 50 }, () => check(token))));

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(await storedRows(world)).toEqual(before);
    expect((await resetPassword(world, token, 'a much better horse')).status).toBe(200);
  });

  it('only reads, for a token that is good and for one that is not', async () => {
    const token = await tokenFor('reads@example.com');

    const good = await operationsDuring(world.proxy, () => check(token));
    const unknown = await operationsDuring(world.proxy, () => check('0'.repeat(26)));

    expect(good).toEqual(['GetItem', 'GetItem']);
    expect(unknown).toEqual(['GetItem']);
  });

  it('reads a token however a person types it', async () => {
    const token = await tokenFor('typed@example.com');
    const groups = token.match(/.{1,4}/g) ?? [];
    const typed = [
      token.toLowerCase(),
      groups.join('-'),
      groups.join(' ').toLowerCase(),
      ` ${token}\n`,
      token.replace(/0/g, 'O').replace(/1/g, 'I'),
      token.replace(/0/g, 'o').replace(/1/g, 'l'),
    ];

    const answers = await Promise.all(typed.map(check));

    expect(answers.map(({ status }) => status)).toEqual(typed.map(() => 200));
  });

  it('knows a token for 30 minutes and not a second longer, whenever the table forgets it', async () => {
    const token = await tokenFor('expiry@example.com');
    const stored = await storedRows(world);
    world.clock.advance(recoverySeconds - 1);

    const inTime = await check(token);
    world.clock.advance(1);
    const atTheEnd = await check(token);
    world.clock.advance(1);
    const tooLate = await check(token);

    expect([inTime.status, atTheEnd.status, tooLate.status]).toEqual([200, 400, 400]);
    expect(await storedRows(world)).toEqual(stored);
  });

  it('answers a used, its sibling, an expired, foreign, unknown and impossible token the same', async () => {
    const used = await tokenFor('used@example.com');
    world.clock.advance(recoverySeconds / 2);
    const sibling = await recoveryToken(world, 'used@example.com');
    await resetPassword(world, used, 'a much better horse');
    const expired = await tokenFor('expired@example.com');
    world.clock.advance(recoverySeconds + 1);
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'foreign@example.com' })));
    await world.deliver();
    const foreign = await newestToken(world, 'foreign@example.com');

    const answers = await Promise.all(
      [used, sibling, expired, foreign, '0'.repeat(26), '', ' ', 'no token', '0'.repeat(10_000)].map(check),
    );

    const [first] = answers;
    expect(sibling).not.toBe(used);
    expect(first).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    expect(Object.keys(first?.body)).toEqual(['type', 'title', 'status', 'code', 'detail', 'instance']);
    for (const answer of answers) expect(answer).toEqual(first);
  });

  it('knows no token of an account whose epoch was raised since, by whatever', async () => {
    const token = await tokenFor('epoch@example.com');
    const row = (await world.rows('accounts')).find(({ email }) => email === 'epoch@example.com');
    await putRows(world, 'accounts', [{ ...row, epoch: Number(row?.epoch) + 1 }]);

    const answers = [await check(token), await resetPassword(world, token, 'a much better horse')];

    expect(answers.map(({ body }) => body.code)).toEqual(['invalid-token', 'invalid-token']);
  });

  it.each(bodyFaults({ reset_token: '0'.repeat(26) }))('refuses $fault', async (fault) => {
    const answer = await world.call('check-reset-token', loadEvent('check-reset-token/json', fault.changes));

    expect(answer).toMatchObject({ status: fault.status, body: { code: fault.code } });
    expect(answer.body.errors).toEqual(fault.errors);
  });

  it('calls no token bad because the database could not be asked', async () => {
    const token = await tokenFor('outage@example.com');
    world.proxy.fail({ operation: null, after: 1, times: 20, kind: 'server-error' });

    const answer = await check(token);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await check(token)).status).toBe(200);
  });

  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

    const answer = await check('0'.repeat(26));

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
  });

  it('tells neither the answer nor the log whose token it is, or what it is', async () => {
    const session = await signUp(world, 'leak@example.com');
    const token = await recoveryToken(world, 'leak@example.com');
    const before = world.logs.length;

    const answers = [await check(token), await check(`${token}0`)];

    const secrets = { token, email: 'leak@example.com', accountId: session.account_id };
    expect(leaksIn(JSON.stringify(answers), secrets)).toEqual([]);
    expect(leaksIn(world.logs.slice(before), secrets)).toEqual([]);
  });
});
