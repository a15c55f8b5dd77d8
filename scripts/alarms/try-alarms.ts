import type { Alarms, DeployedAlarm } from './open-alarms.ts';

/** Between two calls: CloudWatch takes three changes of state a second. @see CloudWatch service quotas, "SetAlarmState" */
const PAUSE_MS = 400;

/** What the message says in the place of a measurement. */
const REASON = 'A trial by npm run alarms -- --try: nothing has happened.';
const BACK = 'The trial is over.';

/**
 * Sets each alarm off and back, one after the other, so that a trial that is stopped leaves one at the most, which goes back by itself.
 *
 * @param tried in another state than ALARM: nothing is told of an alarm that stays in it
 * @throws AwsRefused
 */
export const tryAlarms = async ({
  tried,
  alarms,
  say,
  pause,
}: {
  tried: readonly DeployedAlarm[];
  alarms: Pick<Alarms, 'setState'>;
  say: (line: string) => void;
  pause: (ms: number) => Promise<void>;
}): Promise<void> => {
  for (const [index, { name, heading, state }] of tried.entries()) {
    await alarms.setState(name, 'ALARM', REASON);
    await pause(PAUSE_MS);
    await alarms.setState(name, state, BACK);
    say(`${index + 1}/${tried.length} ${heading}: ${name}`);
    await pause(PAUSE_MS);
  }
};
