import type { ScheduleContract } from '../shared/contract/contract.ts';
import type { ScheduleHandler } from '../shared/lambda/schedule-handler.ts';
import type { Clock } from '../shared/primitives/clock.ts';

/** How often it is looked whether a run is due: the service's clock can be moved on at any moment. */
const LOOK_MS = 500;

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** A flow that a schedule calls. */
export interface Scheduled {
  contract: ScheduleContract;
  handler: ScheduleHandler;
}

/** Schedules that run. */
export interface Schedules {
  /** Stops, once what is under way is done. */
  close(): Promise<void>;
}

/** @throws Error for a schedule that is none of a rate */
const intervalMsOf = ({ flow, schedule }: ScheduleContract): number => {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (count === undefined) throw new Error(`a laptop calls flows at a rate, and ${flow} has another schedule`);
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
};

/**
 * Calls flows as EventBridge Scheduler does: at the start, and by the service's clock from then on. A run that fails is tried again when
 * the next one is due; its own log line says why.
 */
export const startSchedules = (scheduled: readonly Scheduled[], clock: Clock): Schedules => {
  const plans = scheduled.map(({ contract, handler }) => ({ handler, intervalMs: intervalMsOf(contract), nextMs: 0 }));
  let underWay: Promise<unknown> | null = null;

  const look = (): void => {
    const due = plans.filter(({ nextMs }) => nextMs <= clock.nowMs());
    if (underWay || due.length === 0) return;
    const runs = due.map((plan) => {
      plan.nextMs = clock.nowMs() + plan.intervalMs;
      return plan.handler({}, { awsRequestId: 'laptop' });
    });
    underWay = Promise.allSettled(runs).finally(() => {
      underWay = null;
    });
  };

  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
};
