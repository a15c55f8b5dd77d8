import { describe, expect, it } from '@jest/globals';
import type { Context, SecretsManagerRotationEvent } from 'aws-lambda';
import { rotateKeyring } from '../../functions/rotate-keyring/contract.ts';
import { type RotationOutcome, rotationHandler } from '../../shared/lambda/rotation-handler.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { makeLog } from '../../shared/observability/log.ts';
import type { LogEvent } from '../../shared/observability/log-events.ts';
import type { LogFields } from '../../shared/observability/log-fields.ts';
import { emfFaults, metricLines, metricsIn } from '../support/emf.ts';
import { makeFakeClock } from '../support/fake-clock.ts';

/** A log and its lines. */
const openLog = () => {
  const lines: string[] = [];
  const clock = makeFakeClock();
  const log = makeLog({ write: (line) => lines.push(line), nowMs: clock.nowMs, metricsNamespace: 'Keyturn/a-stack' });
  return { log, lines, clock };
};

const lineOf = (event: LogEvent, fields?: LogFields): Record<string, unknown> => {
  const { log, lines } = openLog();
  log('info', event, fields);
  return JSON.parse(lines[0] ?? '');
};

const REQUEST = { flow: 'sign-in', request_id: 'r', status: 200, duration_ms: 3 };

describe('log', () => {
  /** @asvs 16.2.1, 16.2.2, 16.2.5 */
  it('writes nothing that is not on the list, whatever it is handed', () => {
    const fields = { ...REQUEST, password: 'hunter2', email: 'a@example.com' } as LogFields;

    const line = lineOf('request', fields);

    expect(Object.keys(line)).toEqual(['time', 'level', 'event', 'flow', 'request_id', 'status', 'duration_ms']);
  });

  it('says of each line which trace leads to more, as long as one does', () => {
    const lines: string[] = [];
    const traces = ['1-5759e988-bd862e3fe1be46a994272793', null, '1-5759e989-bd862e3fe1be46a994272793'];
    const log = makeLog({
      write: (line) => lines.push(line),
      nowMs: makeFakeClock().nowMs,
      metricsNamespace: 'Keyturn/a-stack',
      traceId: () => traces.shift() ?? null,
    });

    for (let line = 0; line < 3; line += 1) log('info', 'request', REQUEST);

    expect(lines.map((line) => JSON.parse(line).trace_id)).toEqual([
      '1-5759e988-bd862e3fe1be46a994272793',
      undefined,
      '1-5759e989-bd862e3fe1be46a994272793',
    ]);
  });

  /** @asvs 16.2.4, 16.4.1 */
  it('stays one line whatever is in a field', () => {
    const { log, lines } = openLog();

    log('info', 'sign-in', { outcome: 'x\n{"event":"forged"}' });

    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\r\n]/);
  });

  it.each<[string, LogFields | undefined]>([
    ['request', REQUEST],
    ['request', { ...REQUEST, status: 400, code: 'invalid-request' }],
    ['request', { ...REQUEST, status: 401, code: 'invalid-credentials' }],
    ['sign-in', { outcome: 'second-factor-required', account_id: 'a' }],
    ['intent-delivered', { outcome: 'nothing-to-send', channel: 'mail', delay_ms: 5 }],
    ['record-failed', { flow: 'deliver-messages', error_name: 'IntentLeased' }],
    ['sign-out', { outcome: 'success' }],
    ['an event that nobody has heard of', undefined],
    ['constructor', undefined],
  ])('takes no metric from %s %p', (event, fields) => {
    expect(lineOf(event as LogEvent, fields)).not.toHaveProperty('_aws');
  });

  it('dates the metric as it dates the line', () => {
    const { log, lines, clock } = openLog();
    clock.advance(12.345);

    log('info', 'password-reset', { outcome: 'success' });

    const [line] = metricLines(lines);
    expect(line?._aws.Timestamp).toBe(Date.parse(line?.time));
  });

  it('puts a metric into the namespace that it was given', () => {
    const line = lineOf('password-reset', { outcome: 'success' });

    expect(metricsIn(line)).toEqual([
      { namespace: 'Keyturn/a-stack', name: 'Recoveries', unit: 'Count', value: 1, dimensions: [{}] },
    ]);
  });

  it.each<[string, SecretsManagerRotationEvent['Step'], RotationOutcome | null, object[]]>([
    ['by the last step that is done', 'finishSecret', 'done', [{ outcome: 'done' }]],
    ['by a step that fails', 'setSecret', null, [{ outcome: 'failed' }]],
    ['not by a step on the way', 'createSecret', 'done', []],
    ['not by a last step that was done before', 'finishSecret', 'nothing-to-do', []],
  ])('counts a rotation of the keyring %s', async (_, Step, outcome, dimensions) => {
    const { log, lines, clock } = openLog();
    const runtime = { log, clock } as unknown as Runtime; // the only members that the wrapper reads
    const connect = async () => async () => {
      if (outcome === null) throw new TypeError('a keyring that nobody can read');
      return outcome;
    };
    const rotate = rotationHandler({ contract: rotateKeyring, runtime, connect });
    const ClientRequestToken = '00000000-0000-4000-8000-000000000000';

    await rotate({ Step, SecretId: 'the-keyring', ClientRequestToken }, {} as Context).catch(() => undefined);

    const counted = metricLines(lines);
    expect(counted.flatMap(emfFaults)).toEqual([]);
    expect(counted.flatMap(metricsIn).map((metric) => [metric.name, metric.value, metric.dimensions])).toEqual(
      dimensions.map((one) => ['KeyringRotations', 1, [one]]),
    );
  });

  it('counts an answer that says that the server failed, though nothing was thrown', () => {
    const line = lineOf('request', { ...REQUEST, status: 500 });

    expect(metricsIn(line)).toMatchObject([{ name: 'ServerErrors', dimensions: [{}, { flow: 'sign-in' }] }]);
  });

  it('leaves a metric out whose dimension is missing, because it would spoil the others of its line', () => {
    const line = lineOf('request', { status: 503 });

    expect(emfFaults(line)).toEqual([]);
    expect(metricsIn(line).map(({ name }) => name)).toEqual(['StoreUnavailable']);
  });
});

describe('the check of metrics', () => {
  const metadata = (directive: object) => ({
    _aws: { Timestamp: 1_790_000_000_000, CloudWatchMetrics: [directive] },
  });
  const GOOD = { Namespace: 'N', Dimensions: [['flow']], Metrics: [{ Name: 'M', Unit: 'Count' }] };
  const ROOT = { flow: 'f', M: 1 };

  it('finds nothing in a good line', () => {
    expect(emfFaults({ ...ROOT, ...metadata(GOOD) })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['no metadata', ROOT],
    ['seconds for milliseconds', { ...ROOT, _aws: { Timestamp: 1_790_000_000, CloudWatchMetrics: [GOOD] } }],
    ['a fraction of a millisecond', { ...ROOT, _aws: { Timestamp: 1_790_000_000_000.5, CloudWatchMetrics: [GOOD] } }],
    ['no list of metrics', { ...ROOT, _aws: { Timestamp: 1_790_000_000_000 } }],
    ['no namespace', { ...ROOT, ...metadata({ ...GOOD, Namespace: '' }) }],
    ['a namespace that is too long', { ...ROOT, ...metadata({ ...GOOD, Namespace: 'n'.repeat(256) }) }],
    ['no dimension set', { ...ROOT, ...metadata({ ...GOOD, Dimensions: [] }) }],
    ['dimensions that are no sets', { ...ROOT, ...metadata({ ...GOOD, Dimensions: ['flow'] }) }],
    ['31 dimensions', { ...ROOT, ...metadata({ ...GOOD, Dimensions: [Array.from({ length: 31 }, () => 'flow')] }) }],
    ['a dimension that the root lacks', { M: 1, ...metadata(GOOD) }],
    ['a dimension that is no text', { ...ROOT, flow: 1, ...metadata(GOOD) }],
    ['a value that the root lacks', { flow: 'f', ...metadata(GOOD) }],
    ['a value that is no number', { ...ROOT, M: '1', ...metadata(GOOD) }],
    ['a unit that CloudWatch has not', { ...ROOT, ...metadata({ ...GOOD, Metrics: [{ Name: 'M', Unit: 'Each' }] }) }],
    ['a metric without a name', { ...ROOT, ...metadata({ ...GOOD, Metrics: [{ Unit: 'Count' }] }) }],
    ['101 metrics', { ...ROOT, ...metadata({ ...GOOD, Metrics: Array.from({ length: 101 }, () => GOOD.Metrics[0]) }) }],
    ['a member of its own', { ...ROOT, ...metadata({ ...GOOD, Extra: 1 }) }],
  ])('finds %s', (_, line) => {
    expect(emfFaults(line)).not.toEqual([]);
  });
});
