import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { StoreUnavailable } from '../../shared/aws/dynamo.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { problem } from '../../shared/contract/problems.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';
import { type Connected, httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { makeLoneRuntime, PLAIN_SETTINGS } from '../support/lone-runtime.ts';

const contract = httpContract({
  flow: 'sign-up',
  subject: 'Accounts',
  routes: [{ method: 'POST', path: '/accounts', accepts: ['json', 'form'], summary: 'A stand-in.' }],
  caller: 'anyone',
  request: z.strictObject({ email: z.string() }),
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS],
  throttle: ORDINARY,
  tables: {},
});

type Flow = Connected<{ email: string }>;

const SECRET = 'hunter2-in-a-message';

/** A handler around a flow of the test's own, and its log. */
const handlerOf = (connect: (clock: FakeClock) => Promise<Flow>, publicUrl: string = PLAIN_SETTINGS.publicUrl) => {
  const { runtime, clock, logged } = makeLoneRuntime({ publicUrl });
  const handler = httpHandler({ contract, runtime, connect: () => connect(clock) });
  const event = loadEvent('sign-up/json', jsonBody({ email: 'reader@example.com' }));
  const call = async (changed: Partial<APIGatewayProxyEventV2> = {}) => {
    const { statusCode, headers, body = '' } = await handler({ ...event, ...changed }, {} as Context);
    return { statusCode, headers, body: body && (JSON.parse(body) as { code?: string }) };
  };
  return { call, logged, hooks: runtime.hooks };
};

const answering = (answer: Flow['answer']) => handlerOf(async () => ({ answer }));

/** Some libraries throw values that are no errors. */
const throwing = (thrown: unknown) =>
  answering(async () => {
    throw thrown;
  });

describe('http-handler', () => {
  it('answers what the flow answers', async () => {
    const { call } = answering(async ({ body }) => ok({ seen: body.email }));

    const answer = await call();

    expect(answer).toMatchObject({ statusCode: 200, body: { seen: 'reader@example.com' } });
  });

  it('takes null in the event for what the request has not got', async () => {
    const { call } = answering(async ({ cookies, pathParameters, query }) => ok({ cookies, pathParameters, query }));
    const nothing = { cookies: null, pathParameters: null, queryStringParameters: null, stageVariables: null };

    const answer = await call(nothing as unknown as Partial<APIGatewayProxyEventV2>);
    const bodiless = await call({ body: null, isBase64Encoded: null } as unknown as Partial<APIGatewayProxyEventV2>);

    expect(answer).toMatchObject({ statusCode: 200, body: { cookies: {}, pathParameters: {}, query: {} } });
    expect(bodiless).toMatchObject({ statusCode: 400, body: { code: 'invalid-request' } });
  });

  it.each<[string, unknown, number, string]>([
    ['a problem', problem('invalid-request'), 400, 'invalid-request'],
    ['an outage of the store', new StoreUnavailable('InternalServerError'), 503, 'unavailable'],
    ['an error that nobody expected', new Error(SECRET), 500, 'internal'],
    ['an error with a cause', new Error('x', { cause: SECRET }), 500, 'internal'],
    ['a text', SECRET, 500, 'internal'],
    ['nothing', undefined, 500, 'internal'],
    ['something with a status of its own', Object.assign(new Error(SECRET), { statusCode: 200 }), 500, 'internal'],
  ])('makes of %s that is thrown a problem that says nothing more', async (_, thrown, statusCode, code) => {
    const { call, logged } = throwing(thrown);

    const answer = await call();

    expect(answer).toMatchObject({ statusCode, body: { code } });
    expect(JSON.stringify([answer, logged()])).not.toContain(SECRET);
  });

  it('tries to connect again at the next request, when keys or tables could not be reached at the first', async () => {
    let attempts = 0;
    const { call } = handlerOf(async () => {
      attempts += 1;
      if (attempts <= 2) throw new Error(SECRET);
      return { answer: async () => ok({}) };
    });

    const answers = [await call(), await call(), await call()];

    expect(answers.map(({ statusCode }) => statusCode)).toContain(500);
    expect(answers.at(-1)).toMatchObject({ statusCode: 200 });
    expect(JSON.stringify(answers)).not.toContain(SECRET);
  });

  it.each([
    ['https://auth.bookshelf.example', 'max-age=31536000'],
    ['http://127.0.0.1:3000', undefined],
  ])('tells browsers to come by HTTPS alone where it answers there, and not on a laptop: %s', async (url, wanted) => {
    const { call } = handlerOf(async () => ({ answer: async () => ok({}) }), url);

    const { headers } = await call();

    expect(headers?.['strict-transport-security']).toBe(wanted);
  });

  it('has nothing at a route that the contract does not name', async () => {
    const { call } = answering(async () => ok({}));

    const answer = await call({ routeKey: 'POST /somewhere-else' });

    expect(answer).toMatchObject({ statusCode: 404, body: { code: 'not-found' } });
  });

  /** @asvs 2.2.2 */
  it('never asks a flow before the body is what the contract wants', async () => {
    let asked = 0;
    const { call } = answering(async () => {
      asked += 1;
      return ok({});
    });

    await call({ body: '{"email":["reader@example.com"]}' });
    await call({ body: '{"email":"a","role":"admin"}' });

    expect(asked).toBe(0);
  });

  it('does what is due before the flow is asked, and answers when nothing goes on beside it any more', async () => {
    const done: string[] = [];
    const { call, hooks } = answering(async () => {
      done.push('flow');
      return ok({});
    });
    const slowly = (name: string) => async () => {
      await sleep(20);
      done.push(name);
    };
    hooks.add({ beforeInvoke: slowly('before'), afterInvoke: slowly('after') });

    await call();
    done.push('answer');

    expect(done).toEqual(['before', 'flow', 'after', 'answer']);
  });

  it('waits for what goes on beside a request that failed as well', async () => {
    let isOver = false;
    const { call, hooks } = throwing(new Error(SECRET));
    hooks.add({
      beforeInvoke: async () => undefined,
      afterInvoke: async () => {
        await sleep(20);
        isOver = true;
      },
    });

    await call();

    expect(isOver).toBe(true);
  });

  /** @asvs 16.2.1, 16.3.4 */
  it('leaves one line a request: what was asked, how it ended, how long it took', async () => {
    const { call, logged } = handlerOf(async (clock) => ({
      answer: async () => {
        clock.advance(0.25);
        throw new StoreUnavailable('InternalServerError');
      },
    }));

    await call();
    await call({ body: '{}' });

    expect(logged()).toEqual([
      {
        time: '2026-11-21T09:00:00.250Z',
        level: 'error',
        event: 'request',
        flow: 'sign-up',
        request_id: 'UGh1cjJxDoEEMjQ=',
        status: 503,
        duration_ms: 250,
        cold_start: true,
        error_name: 'StoreUnavailable',
        ServerErrors: 1,
        StoreUnavailable: 1,
        _aws: expect.anything(),
      },
      expect.objectContaining({ level: 'info', status: 400, code: 'invalid-request', duration_ms: 0 }),
    ]);
    expect(logged()[1]).not.toHaveProperty('cold_start');
  });

  /** @asvs 16.4.1 */
  it('can not be made to write a line of its own into the log', async () => {
    const { call, logged } = answering(async () => ok({}));
    const event = loadEvent('sign-up/json');
    const requestId = 'x\n{"level":"info","event":"sign-in","outcome":"success"}';

    await call({ requestContext: { ...event.requestContext, requestId } });

    expect(logged()).toHaveLength(1);
    expect(logged()[0]).toHaveProperty('request_id', requestId);
  });
});
