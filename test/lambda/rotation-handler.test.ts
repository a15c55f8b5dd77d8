import { describe, expect, it } from '@jest/globals';
import type { Context, SecretsManagerRotationEvent } from 'aws-lambda';
import { rotationContract } from '../../shared/contract/contract.ts';
import { RotationRefused } from '../../shared/keyring/rotation-refused.ts';
import { makeInvocationHooks } from '../../shared/lambda/invocation-hooks.ts';
import { makeRequesters } from '../../shared/lambda/requesters.ts';
import { type RotationOutcome, type RotationStep, rotationHandler } from '../../shared/lambda/rotation-handler.ts';
import { makeLog } from '../../shared/observability/log.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { KEYRING_VARIABLE, loadConfig, METRICS_VARIABLE, SETTINGS_VARIABLE } from '../../shared/settings/config.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { loadEvent } from '../support/load-event.ts';

const SECRET = 'hunter2-in-a-message';
const contract = rotationContract({ flow: 'rotate-keyring', summary: 'A stand-in.', tables: {}, keyring: true });

type Flow = (step: RotationStep) => Promise<RotationOutcome>;

/** A handler around a flow of the test's own, and its log. */
const handlerOf = (connect: () => Promise<Flow>) => {
  const lines: string[] = [];
  const clock = makeFakeClock();
  const metricsNamespace = 'Keyturn/test';
  const log = makeLog({ write: (line) => lines.push(line), nowMs: clock.nowMs, metricsNamespace });
  const config = loadConfig(contract, {
    [SETTINGS_VARIABLE]: JSON.stringify({
      productName: 'Bookshelf',
      sender: 'no-reply@bookshelf.example',
      publicUrl: 'https://auth.bookshelf.example',
    }),
    [METRICS_VARIABLE]: metricsNamespace,
    [KEYRING_VARIABLE]: loadEvent<SecretsManagerRotationEvent>('rotate-keyring/test-secret').SecretId,
  });
  const handler = rotationHandler({
    contract,
    runtime: { config, clock, randomness: csprng, log, hooks: makeInvocationHooks(), requesters: makeRequesters() },
    connect,
  });
  return {
    handle: (changes: Record<string, unknown> = {}) =>
      handler(loadEvent<SecretsManagerRotationEvent>('rotate-keyring/test-secret', changes), {
        awsRequestId: 'the-request',
      } as Context),
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};

const throwing = (thrown: unknown) =>
  handlerOf(async () => async () => {
    throw thrown;
  });

describe('rotation-handler', () => {
  it('hands the step over, and leaves one line of it', async () => {
    const seen: RotationStep[] = [];
    const { handle, logged } = handlerOf(async () => async (step) => {
      seen.push(step);
      return 'done';
    });

    await handle();

    const event = loadEvent<SecretsManagerRotationEvent>('rotate-keyring/test-secret');
    expect(seen).toEqual([{ step: 'testSecret', secretId: event.SecretId, versionId: event.ClientRequestToken }]);
    expect(logged()).toMatchObject([
      { level: 'info', flow: 'rotate-keyring', request_id: 'the-request', step: 'testSecret', outcome: 'done' },
    ]);
  });

  it.each<[string, unknown, Record<string, unknown>]>([
    ['an error', new Error(SECRET), { error_name: 'Error' }],
    ['an error with a cause', new TypeError('x', { cause: SECRET }), { error_name: 'TypeError' }],
    ['a text', SECRET, { error_name: 'string' }],
    ['a refusal', new RotationRefused('root-lost'), { error_name: 'RotationRefused', code: 'root-lost' }],
  ])('throws and logs of %s its name and no more', async (_, thrown, named) => {
    const { handle, logged } = throwing(thrown);

    const seen = await handle().catch((error: unknown) => error);

    expect(seen).toMatchObject({ name: 'RotationFailed', message: '' });
    expect(seen).not.toHaveProperty('cause');
    expect(logged()).toMatchObject([{ level: 'error', step: 'testSecret', outcome: 'failed', ...named }]);
    expect(JSON.stringify([logged(), (seen as Error).stack])).not.toContain('hunter2');
  });

  it.each<[string, Record<string, unknown>]>([
    ['a step that there is not', { Step: SECRET }],
    ['no secret', { SecretId: undefined }],
    ['a version that none could have', { ClientRequestToken: SECRET.slice(0, 31) }],
  ])('asks nothing for an event with %s', async (_, changes) => {
    const { handle, logged } = throwing(new Error('asked'));

    await expect(handle(changes)).rejects.toMatchObject({ name: 'RotationFailed' });

    expect(logged()).toMatchObject([{ outcome: 'failed', error_name: 'TypeError' }]);
    expect(JSON.stringify(logged())).not.toContain('hunter2');
  });

  it('fails while what it needs can not be opened, and opens it at the next step', async () => {
    let attempts = 0;
    const { handle } = handlerOf(async () => {
      attempts += 1;
      if (attempts <= 2) throw new Error(SECRET);
      return async () => 'done';
    });
    await new Promise((resolve) => setImmediate(resolve)); // the cold start has failed by now

    await expect(handle()).rejects.toMatchObject({ name: 'RotationFailed' });
    await expect(handle()).resolves.toBeUndefined();
  });
});
