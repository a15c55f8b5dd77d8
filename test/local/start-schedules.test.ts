import { afterEach, describe, expect, it } from '@jest/globals';
import { type Schedules, startSchedules } from '../../local/start-schedules.ts';
import { scheduleContract } from '../../shared/contract/contract.ts';
import { makeFakeClock } from '../support/fake-clock.ts';

const HOURLY = scheduleContract({ flow: 'cleans', summary: 'cleans', schedule: 'rate(1 hour)', tables: {} });

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('the schedules of a laptop', () => {
  let schedules: Schedules | undefined;
  afterEach(() => schedules?.close());

  it("call a flow at the start, and each hour by the service's clock, which may be moved on", async () => {
    const clock = makeFakeClock();
    let runs = 0;
    const handler = async () => {
      runs += 1;
    };

    schedules = startSchedules([{ contract: HOURLY, handler }], clock);
    await until(() => runs === 1);
    clock.advance(3599);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(runs).toBe(1);
    clock.advance(1);
    await until(() => runs === 2);
    clock.advance(7 * 24 * 3600);
    await until(() => runs === 3);
  });

  it('go on after a run that failed', async () => {
    const clock = makeFakeClock();
    let runs = 0;
    const handler = async () => {
      runs += 1;
      throw new Error('a run that fails');
    };

    schedules = startSchedules([{ contract: HOURLY, handler }], clock);
    await until(() => runs === 1);
    clock.advance(3600);

    await until(() => runs === 2);
  });

  it('begin no run beside one that is under way, and end with it', async () => {
    const clock = makeFakeClock();
    const { promise, resolve } = Promise.withResolvers<void>();
    let runs = 0;
    const handler = () => {
      runs += 1;
      return promise;
    };
    schedules = startSchedules([{ contract: HOURLY, handler }], clock);
    clock.advance(7200);
    await new Promise((done) => setTimeout(done, 700));

    let isClosed = false;
    const closing = schedules.close().finally(() => {
      isClosed = true;
    });
    await new Promise((done) => setTimeout(done, 50));

    expect([runs, isClosed]).toEqual([1, false]);
    resolve();
    await closing;
  });

  it('are of rates alone: another schedule stops the start', () => {
    const contract = { ...HOURLY, schedule: 'cron(0 3 * * ? *)' } as const;

    expect(() => startSchedules([{ contract, handler: async () => undefined }], makeFakeClock())).toThrow('at a rate');
  });
});
