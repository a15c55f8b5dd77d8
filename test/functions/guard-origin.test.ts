import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeGuardOrigin } from '../../functions/guard-origin/flow.ts';
import { type EdgeWorld, secretArn, startEdgeWorld } from '../support/edge-world.ts';
import { leaksIn } from '../support/leaks.ts';

const FIRST = 'bxW1u3VqYc0Q5mZ8sKtR2dF7hJ9nLpAe4gTiUoCvBwXyDzEr6GfHkMjNlPaSbQcV';
const SECOND = 'Zk7Pq2Xw9Lm4Rt6Vb1Nc3Hs8Jd5Gf0YaUeIoTiWuQyExSzDkFjAhGlCpBvMnOr2T';

const ADMITTED = { isAuthorized: true, context: { via: 'cloudfront' } };
const REFUSED = { isAuthorized: false };

let world: EdgeWorld;

beforeAll(async () => {
  world = await startEdgeWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.outage(false);
  world.reads.length = 0;
  world.logs.length = 0;
  world.secrets.clear();
  world.secrets.set(secretArn(1), FIRST).set(secretArn(2), SECOND);
});

const lastLine = () => JSON.parse(world.logs.at(-1) ?? '{}') as Record<string, unknown>;

describe('guard-origin', () => {
  it('lets through what came through CloudFront, with a pass for the function behind', async () => {
    const ask = await world.coldStart([1]);

    const verdict = await ask(FIRST);

    expect(verdict).toEqual(ADMITTED);
    expect(lastLine()).toMatchObject({
      level: 'info',
      event: 'origin-check',
      flow: 'guard-origin',
      outcome: 'success',
    });
  });

  it.each<[string, string | undefined]>([
    ['no secret', undefined],
    ['an empty one', ''],
    ['another one', SECOND],
    ['one as long', 'x'.repeat(FIRST.length)],
    ['its beginning', FIRST.slice(0, -1)],
    ['it and more', `${FIRST}x`],
    ['it twice, as a header that came twice is joined', `${FIRST},${FIRST}`],
    ['it in other letters', FIRST.toUpperCase()],
    ['it in spaces', ` ${FIRST} `],
    ['the ARN', secretArn(1)],
  ])('refuses %s, and gives no pass', async (_, presented) => {
    const ask = await world.coldStart([1]);

    const verdict = await ask(presented);

    expect(verdict).toEqual(REFUSED);
    expect(lastLine()).toMatchObject({ level: 'warn', outcome: 'refused' });
  });

  it('takes the new secret and the one before while CloudFront goes over from one to the other', async () => {
    const ask = await world.coldStart([2, 1]);

    const verdicts = [await ask(SECOND), await ask(FIRST), await ask(`${FIRST}${SECOND}`)];

    expect(verdicts).toEqual([ADMITTED, ADMITTED, REFUSED]);
  });

  it('takes a secret no more once its generation is gone', async () => {
    world.secrets.set(secretArn(3), 'y'.repeat(64));
    const ask = await world.coldStart([3, 2]);

    const verdict = await ask(FIRST);

    expect(verdict).toEqual(REFUSED);
  });

  it('reads each secret once, however many guess', async () => {
    const ask = await world.coldStart([2, 1]);

    for (let guess = 0; guess < 50; guess += 1) await ask(`guess ${guess}`);

    expect(world.reads.toSorted()).toEqual([secretArn(1), secretArn(2)]);
  });

  it.each([
    ['is empty', ''],
    ['is one that somebody made up', 'hunter2'],
  ])('lets nobody through where the stored secret %s, whatever is presented', async (_, stored) => {
    world.secrets.set(secretArn(1), stored);
    const ask = await world.coldStart([1]);

    const verdicts = await Promise.allSettled([ask(stored), ask(undefined), ask(FIRST)]);

    expect(verdicts.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(lastLine()).toMatchObject({ level: 'error', outcome: 'failed', error_name: 'OriginSecretBroken' });
  });

  it('says neither yes nor no while it can not be found out, which API Gateway would remember, and goes on after', async () => {
    world.outage(true);
    const ask = await world.coldStart([1]);
    const during = await Promise.allSettled([ask(FIRST), ask('wrong')]);
    world.outage(false);

    const after = await ask(FIRST);

    expect(during).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ name: 'AuthorizerFailed', message: '' }) },
      { status: 'rejected', reason: expect.objectContaining({ name: 'AuthorizerFailed', message: '' }) },
    ]);
    expect(after).toEqual(ADMITTED);
  });

  it('logs a line for each request, and nothing of a secret, right or wrong', async () => {
    const ask = await world.coldStart([1]);
    await ask(FIRST);
    await ask(SECOND);
    world.outage(true);
    const failing = await world.coldStart([2]);
    await failing(FIRST).catch(() => null);

    expect(world.logs).toHaveLength(3);
    expect(leaksIn(world.logs, { first: FIRST, second: SECOND })).toEqual([]);
  });

  it('has no way to compare but the one that takes the same time for all', () => {
    const asks = (verdict: boolean) => makeGuardOrigin({ secrets: [FIRST], isEqual: () => verdict });

    expect([asks(true)('anything'), asks(false)(FIRST)]).toEqual([true, false]);
  });

  it('does not start without a secret', () => {
    expect(() => makeGuardOrigin({ secrets: [], isEqual: () => true })).toThrow();
  });
});
