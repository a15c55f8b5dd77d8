import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openAlarms } from '../../scripts/alarms/open-alarms.ts';
import { readArguments } from '../../scripts/alarms/read-arguments.ts';
import { runAlarms } from '../../scripts/alarms/run-alarms.ts';
import { makeAwsCaller } from '../../scripts/aws/aws-caller.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { type StoredAlarm, startFakeCloudWatch } from '../support/fake-cloudwatch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:Keyturn-Notices';
const CONFIRMED = { Protocol: 'email', Endpoint: 'on-call@bookshelf.example', SubscriptionArn: `${TOPIC}:0a1b2c3d` };
const WAITS = { ...CONFIRMED, Endpoint: 'new@bookshelf.example', SubscriptionArn: 'PendingConfirmation' };

const alarmOf = (name: string, heading: string, changes: Partial<StoredAlarm> = {}): StoredAlarm => ({
  AlarmName: `Keyturn-ServiceAlarms${name}`,
  AlarmDescription: `Something is wrong. What to do: docs/runbook.md#${heading}`,
  StateValue: 'OK',
  ActionsEnabled: true,
  AlarmActions: [TOPIC],
  ...changes,
});

type CloudWatch = Awaited<ReturnType<typeof startFakeCloudWatch>>;

describe("the command's line", () => {
  it('lists the stack of that name unless another is named', () => {
    expect(readArguments([])).toEqual({ stack: 'Keyturn', only: [], tries: false, yes: false });
  });

  it('tries what it is told to', () => {
    expect(readArguments(['--try', '--yes', '--stack', 'Other', '--only', 'a', '--only', 'b'])).toEqual({
      stack: 'Other',
      only: ['a', 'b'],
      tries: true,
      yes: true,
    });
  });

  it.each([
    [['--yes'], '--yes goes with --try'],
    [['all'], 'there is a word too many: all'],
    [['--force'], "Unknown option '--force'"],
    [['--stack', ''], 'give --stack the name of a stack'],
    [['--stack', 'evil/../x'], 'give --stack the name of a stack'],
  ])('refuses %j and says why', (args, says) => {
    expect(() => readArguments(args)).toThrow(says);
  });
});

describe('the alarms of a deployed stack', () => {
  let cloudWatch: CloudWatch;
  let environment: Record<string, string>;
  beforeAll(async () => {
    cloudWatch = await startFakeCloudWatch();
    environment = {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.origin,
      AWS_ENDPOINT_URL_SNS: cloudWatch.origin,
    };
  });
  afterAll(() => cloudWatch.stop());
  beforeEach(() => {
    cloudWatch.reset();
    cloudWatch.alarms.push(
      alarmOf('Throttles', 'throttles'),
      alarmOf('SignIn', 'flow-errors', { StateValue: 'INSUFFICIENT_DATA' }),
      alarmOf('SignUp', 'flow-errors'),
    );
    cloudWatch.subscriptions.set(TOPIC, [CONFIRMED]);
  });

  const run = async (args: string[], agrees = true) => {
    const asked = readArguments(args);
    if (!asked) throw new Error('help was asked for');
    const lines: string[] = [];
    const questions: string[] = [];
    const isDone = await runAlarms({
      asked,
      alarms: openAlarms(
        makeAwsCaller({
          environment: { AWS_ENDPOINT_URL: cloudWatch.origin },
          region: 'eu-west-1',
          credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
          clock: makeFakeClock(),
          randomness: csprng,
        }),
      ),
      ask: async (question) => {
        questions.push(question);
        return agrees;
      },
      say: (line) => lines.push(line),
      pause: async () => undefined,
    });
    return { isDone, text: lines.join('\n'), lines, questions };
  };
  const statesSet = () =>
    cloudWatch.calls
      .filter(({ operation }) => operation === 'SetAlarmState')
      .map(({ input }) => `${input.AlarmName?.replace('Keyturn-ServiceAlarms', '')} ${input.StateValue}`);
  const states = () => cloudWatch.alarms.map(({ StateValue }) => StateValue);

  it('are listed page by page with state and heading, those that ring first, and nothing is set off', async () => {
    cloudWatch.alarms.push(alarmOf('Undos', 'undos', { StateValue: 'ALARM' }));

    const { isDone, lines } = await run([]);

    expect(lines.slice(0, 4)).toEqual([
      'ALARM             undos                Keyturn-ServiceAlarmsUndos',
      'INSUFFICIENT_DATA flow-errors          Keyturn-ServiceAlarmsSignIn',
      'OK                flow-errors          Keyturn-ServiceAlarmsSignUp',
      'OK                throttles            Keyturn-ServiceAlarmsThrottles',
    ]);
    expect(lines.at(-1)).toBe('4 alarms: 1 in ALARM, 0 that nobody is told of.');
    expect(isDone).toBe(true);
    expect(statesSet()).toEqual([]);
  });

  it('are those of the stack alone: neither of one that is named alike, nor what an operator has added', async () => {
    cloudWatch.alarms.push(
      alarmOf('', 'edge-blocks', { AlarmName: 'KeyturnEdge-WatchEdgeBlocks' }),
      alarmOf('', '', { AlarmName: 'Keyturn-own', AlarmDescription: 'Mine.' }),
    );

    const { text } = await run([]);
    const edge = await run(['--stack', 'KeyturnEdge']);

    expect(text).toContain('3 alarms');
    expect(text).not.toMatch(/edge-blocks|Keyturn-own/);
    expect(edge.text).toContain('KeyturnEdge-WatchEdgeBlocks');
  });

  it('are set off one after the other and back to what they were, once the operator agrees: each is told once', async () => {
    const { isDone, questions, text } = await run(['--try']);

    expect(questions).toEqual([expect.stringMatching(/^Set off 3 alarms, each with a message/)]);
    expect(statesSet()).toEqual([
      'SignIn ALARM',
      'SignIn INSUFFICIENT_DATA',
      'SignUp ALARM',
      'SignUp OK',
      'Throttles ALARM',
      'Throttles OK',
    ]);
    expect(states()).toEqual(['OK', 'INSUFFICIENT_DATA', 'OK']);
    expect(cloudWatch.published.map(({ topic, reason }) => [topic, reason])).toEqual(
      Array.from({ length: 3 }, () => [TOPIC, expect.stringContaining('A trial by npm run alarms')]),
    );
    expect(text).toContain('3/3 throttles: Keyturn-ServiceAlarmsThrottles');
    expect(text).toContain('3 messages should be there now');
    expect(isDone).toBe(true);
  });

  it('stay as they are where the operator does not agree', async () => {
    const { isDone, text } = await run(['--try'], false);

    expect([isDone, statesSet()]).toEqual([false, []]);
    expect(text).toContain('Nothing was set off.');
  });

  it('are tried by heading, and without a question where none is wanted', async () => {
    const { questions } = await run(['--try', '--yes', '--only', 'throttles']);

    expect(questions).toEqual([]);
    expect(statesSet()).toEqual(['Throttles ALARM', 'Throttles OK']);
  });

  it('leave one alone that rings: setting it off would tell nobody, and setting it back would hide it', async () => {
    cloudWatch.alarms.push(alarmOf('Undos', 'undos', { StateValue: 'ALARM' }));

    const { isDone, text } = await run(['--try', '--yes']);

    expect(statesSet().filter((line) => line.startsWith('Undos'))).toEqual([]);
    expect(text).toContain('Keyturn-ServiceAlarmsUndos was left out');
    expect(isDone).toBe(false);
  });

  it.each([
    { what: 'nobody has subscribed', subscriptions: [], says: 'tells nobody' },
    { what: 'nobody has confirmed', subscriptions: [WAITS], says: 'new@bookshelf.example, who has not confirmed yet' },
  ])('say that they reach nobody where $what, and are not tried', async ({ subscriptions, says }) => {
    cloudWatch.subscriptions.set(TOPIC, subscriptions);

    const listed = await run([]);
    const tried = await run(['--try', '--yes']);

    expect(listed.text).toContain(says);
    expect(listed.text).toContain('3 that nobody is told of');
    expect([listed.isDone, tried.isDone, statesSet()]).toEqual([false, false, []]);
  });

  it('name one whose actions somebody has switched off, and are tried without it', async () => {
    cloudWatch.alarms.push(alarmOf('Undos', 'undos', { ActionsEnabled: false }));

    const { isDone, text } = await run(['--try', '--yes']);

    expect(text).toContain('Keyturn-ServiceAlarmsUndos, whose actions are off');
    expect(text).toContain('1 that nobody is told of');
    expect([isDone, cloudWatch.published.length]).toEqual([false, 3]);
  });

  it("are tried though another account's topic says nothing of whom it tells", async () => {
    cloudWatch.subscriptions.clear();

    const { isDone, text } = await run(['--try', '--yes']);

    expect(text).toContain('whom it tells is not known (AuthorizationError)');
    expect([isDone, cloudWatch.published.length]).toEqual([true, 3]);
  });

  it.each([
    [['--stack', 'Other'], 'There are no alarms of a stack Other in this region: check --stack and AWS_REGION.'],
    [['--only', 'undo'], 'Keyturn has none of undo, but these: flow-errors, throttles.'],
  ])('are not there for %j, which is said', async (args, says) => {
    const { isDone, lines } = await run(args);

    expect([isDone, lines]).toEqual([false, [says]]);
  });

  it('stop at a missing permission, by its name alone', async () => {
    cloudWatch.refuse('SetAlarmState');

    const ended = await new Promise<{ code: unknown; err: string }>((resolve) => {
      const env = { PATH: process.env.PATH, ...environment };
      execFile(process.execPath, ['scripts/alarms.ts', '--try', '--yes'], { cwd: root, env }, (error, _, err) =>
        resolve({ code: error?.code ?? 0, err }),
      );
    });

    expect(ended).toEqual({
      code: 1,
      err: 'alarms stopped: AccessDeniedException. The credentials may not do that. --help says what the command needs. An alarm that was set off goes back by itself within minutes; run it again for the rest.\n',
    });
  });
});
