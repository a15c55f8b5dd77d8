import { describe, expect, it } from '@jest/globals';
import { scheduleContract } from '../../shared/contract/contract.ts';
import { makeInvocationHooks } from '../../shared/lambda/invocation-hooks.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { scheduleHandler } from '../../shared/lambda/schedule-handler.ts';
import { makeLog } from '../../shared/observability/log.ts';
import { makeFakeClock } from '../support/fake-clock.ts';

const CONTRACT = scheduleContract({ flow: 'erase-accounts', summary: 'cleans', schedule: 'rate(1 hour)', tables: {} });

/** A runtime whose lines are kept. */
const runtimeOf = () => {
  const clock = makeFakeClock();
  const lines: Record<string, unknown>[] = [];
  const log = makeLog({ write: (line) => lines.push(JSON.parse(line)), nowMs: clock.nowMs, metricsNamespace: 'Test' });
  return { lines, runtime: { clock, log, hooks: makeInvocationHooks() } as unknown as Runtime<unknown> };
};

describe('the handler of a schedule', () => {
  it('opens what the flow needs once, and runs it at each call', async () => {
    const { runtime } = runtimeOf();
    let [opened, runs] = [0, 0];
    const handler = scheduleHandler({
      contract: CONTRACT,
      runtime,
      connect: async () => {
        opened += 1;
        return async () => {
          runs += 1;
        };
      },
    });

    await handler({}, { awsRequestId: 'one' });
    await handler({}, { awsRequestId: 'two' });

    expect([opened, runs]).toEqual([1, 2]);
  });

  it('fails so that Lambda tries again, with the cause in its own line and nothing of it in what it throws', async () => {
    const { runtime, lines } = runtimeOf();
    const fault = Object.assign(new Error('of a row with somebody@example.com'), { name: 'StoreUnavailable' });
    const handler = scheduleHandler({
      contract: CONTRACT,
      runtime,
      connect: async () => async () => {
        throw fault;
      },
    });

    await expect(handler({}, { awsRequestId: 'one' })).rejects.toMatchObject({ name: 'RunFailed', message: '' });

    expect(lines).toMatchObject([
      {
        level: 'error',
        event: 'run-failed',
        flow: 'erase-accounts',
        request_id: 'one',
        error_name: 'StoreUnavailable',
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('example.com');
  });
});
