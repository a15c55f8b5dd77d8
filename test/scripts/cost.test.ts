import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import { canaryCost } from '../../scripts/cost/canary-cost.ts';
import {
  breakEvenMs,
  cheaperArchitecture,
  cognitoCost,
  costOfFlow,
  type FlowCost,
  type HashingCost,
  standingCost,
  tracesCost,
  usageCost,
} from '../../scripts/cost/compute-cost.ts';
import { costPage, hashingCosts, notMeasured, readMeasurements, readPrices } from '../../scripts/cost/cost-page.ts';
import { countSeries } from '../../scripts/cost/count-series.ts';
import { figuresOf, parseMeasurements } from '../../scripts/cost/measurements.ts';
import { type PriceList, parsePriceList } from '../../scripts/cost/price-list.ts';
import { type CloudFormationTemplate, functionsByFlow, standingParts } from '../../scripts/cost/read-template.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { synthesise } from '../support/synthesise.ts';

const file = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The line of calls in the page's table of a month: what 10,000 users cost. */
const callsIn = (page: string): number => Number(/\n\| calls \| ([\d.]+) /.exec(page)?.[1]);

/** Round prices. */
const PRICES: PriceList = {
  date: '2026-01-31',
  region: 'nowhere',
  source: '',
  usd: {
    lambdaArmGbSecond: 0.00001,
    lambdaX86GbSecond: 0.000015,
    lambdaRequestMillion: 0.2,
    httpApiRequestMillion: 1,
    dynamoReadUnitMillion: 0.1,
    dynamoWriteUnitMillion: 0.5,
    dynamoStorageGbMonth: 0.25,
    dynamoRecoveryGbMonth: 0.15,
    sesMailThousand: 0.1,
    logsGb: 0.5,
    xrayTraceMillion: 5,
    metricMonth: 0.3,
    alarmMetricMonth: 0.1,
    syntheticsRun: 0.001,
    dashboardMonth: 3,
    kmsKeyMonth: 1,
    secretMonth: 0.4,
    backupGbMonth: 0.2,
    edgeMonth: 9,
    edgeRequestMillion: 2,
  },
  cognitoMonthlyUserUsd: {},
  assumed: {
    dynamoRoundTripMs: 5,
    sesRoundTripMs: 100,
    logBytesPerRequest: 1024 ** 3 / 1_000_000,
    tracedShare: 0.1,
    canaryRunSeconds: 2,
    accountKb: 1024,
  },
  callsPerUserAndMonth: { 'sign-in': 2 },
  mailsPerUserAndMonth: 1,
};

const ARM = { architecture: 'arm64' } as const;
const HASHING = { cpuMs: 20, waits: 4, readUnits: 10, writeUnits: 4 };

const flowCost = (flow: string, total: number): FlowCost => ({
  flow,
  memoryMiB: 1024,
  durationMs: 1,
  gateway: 0,
  lambda: 0,
  dynamo: 0,
  logs: 0,
  mail: 0,
  total,
});

const SIGN_IN_AND_MAIL = [flowCost('sign-in', 10), flowCost('deliver-messages', 100)];

describe('docs/cost.md', () => {
  it('names a flow that is not measured yet, with the memory that it has, and adds it to no sum', async () => {
    const template = (await synthesise()).toJSON() as CloudFormationTemplate;
    const measurements = await readMeasurements();
    const less = parseMeasurements(
      Object.fromEntries(
        Object.entries(measurements).map(([processor, set]) => {
          const { 'sign-out': _, ...flows } = set?.flows ?? {};
          return [processor, { ...set, flows }];
        }),
      ),
    );

    const whole = await costPage(template, measurements);
    const page = await costPage(template, less);

    expect(notMeasured(measurements)).not.toContain('sign-out');
    expect(notMeasured(less)).toContain('sign-out');
    expect(page).toContain('\n| sign-out | 1024 | – | – | – | – | – | – | not measured yet | 0.5 |\n');
    expect(page).toMatch(
      /\nNot measured yet, and in no sum above: (?:.+, )?sign-out(?:, .+)?\. `npm run bench -- --save`/,
    );
    expect(callsIn(page)).toBeLessThan(callsIn(whole));
  });

  it('refuses to be written of a deployment without the flows that people use', async () => {
    await expect(costPage({ Resources: {} }, await readMeasurements())).rejects.toThrow(
      /^[a-z-]+ is not in the template$/,
    );
  });

  it('has a line for every flow that is called over HTTP or by a stream: none is left out in silence', async () => {
    const page = await file('docs/cost.md');

    const called = (Object.values(manifest) as Contract[]).filter(({ trigger }) => /^(http|stream)$/.test(trigger));

    const missing = called.filter(({ flow }) => !page.includes(`\n| ${flow} | `)).map(({ flow }) => flow);
    if (missing.length > 0) throw new Error(`docs/cost.md lacks ${missing.join(', ')}: run npm run generate`);
  });
});

describe('the price list and the measurements', () => {
  it('refuse a price that is missing, negative or unknown', async () => {
    const prices = JSON.parse(await file('scripts/cost/prices.json')) as PriceList;

    for (const usd of [{}, { ...prices.usd, logsGb: -1 }, { ...prices.usd, fax: 1 }]) {
      expect(() => parsePriceList({ ...prices, usd })).toThrow();
    }
    expect(parsePriceList(prices).date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('refuse a flow without its capacity units', () => {
    const flows = { 'sign-in': { cpuMs: 1, waits: 1 } };
    const whole = { 'sign-in': { cpuMs: 1, waits: 1, readUnits: 0, writeUnits: 0 } };

    expect(() => parseMeasurements({ x86_64: { measuredAt: '2026-01-31', flows, journeys: {} } })).toThrow();
    expect(parseMeasurements({ arm64: { measuredAt: '2026-01-31', flows: whole, journeys: {} } }).arm64?.flows).toEqual(
      whole,
    );
  });
});

describe('the cost of a million calls', () => {
  it('adds the gateway, the time at the memory that is deployed, the units and the logs', () => {
    const deployed = { ...ARM, memoryMiB: 1769 / 2, isHttp: true, sendsMail: false };

    const cost = costOfFlow({ flow: 'sign-in', measured: HASHING, deployed, prices: PRICES });

    // Half a core: 20 ms become 40, and 4 waits of 5 ms stay what they are. 0.060 s × 0.8638 GB × 10 USD per million GB-seconds.
    expect(cost.durationMs).toBe(60);
    expect(cost.lambda).toBeCloseTo(0.2 + 0.06 * (884.5 / 1024) * 10, 6);
    expect(cost).toMatchObject({ gateway: 1, dynamo: 10 * 0.1 + 4 * 0.5, mail: 0 });
    expect(cost.logs).toBeCloseTo(0.5, 6);
    expect(cost.total).toBeCloseTo(1 + cost.lambda + 3 + 0.5, 6);
  });

  it('gains no speed past one core, and bills a millisecond at least', () => {
    const deployed = { ...ARM, memoryMiB: 3008, isHttp: true, sendsMail: false };
    const idle = { cpuMs: 0, waits: 0, readUnits: 0, writeUnits: 0 };

    const [hashing, nothing] = [HASHING, idle].map((measured) =>
      costOfFlow({ flow: 'x', measured, deployed, prices: PRICES }),
    );

    expect(hashing?.durationMs).toBe(40);
    expect(nothing?.durationMs).toBe(1);
  });

  it('has SES and its wait in a mail, and no gateway', () => {
    const deployed = { ...ARM, memoryMiB: 1769, isHttp: false, sendsMail: true };

    const cost = costOfFlow({ flow: 'deliver-messages', measured: HASHING, deployed, prices: PRICES });

    expect(cost).toMatchObject({ gateway: 0, durationMs: 20 + 4 * 5 + 100, mail: 100 });
  });
});

describe('the processor of the flows that hash', () => {
  const measuredOn = (architecture: 'arm64' | 'x86_64', cpuMs: number) => {
    const deployed = { architecture, memoryMiB: 1769, isHttp: true, sendsMail: false };
    const measured = { ...HASHING, waits: 0, cpuMs };
    return { cpuMs, cost: costOfFlow({ flow: 'sign-in', measured, deployed, prices: PRICES }) };
  };
  const hashing = (costs: HashingCost['costs']): HashingCost => ({ flow: 'sign-in', architecture: 'x86_64', costs });

  it('is the one that costs less by what is measured on each', async () => {
    const template = (await synthesise()).toJSON() as CloudFormationTemplate;
    const [measurements, prices] = await Promise.all([readMeasurements(), readPrices()]);

    const costs = hashingCosts({ template, measurements, prices });

    expect(costs.map(({ flow }) => flow).toSorted()).toEqual([
      'change-password',
      'complete-sign-up',
      'reauthenticate',
      'reset-password',
      'sign-in',
    ]);
    const measured = costs.filter(({ costs: { arm64, x86_64 } }) => arm64 || x86_64); // the page names those that aren't yet
    const dearer = measured.filter((one) => one.architecture !== cheaperArchitecture(one)).map(({ flow }) => flow);
    expect(measured.length).toBeGreaterThanOrEqual(4);
    if (dearer.length > 0) throw new Error(`cheaper on the other processor: ${dearer.join(', ')}`);
  });

  it('costs what a millisecond costs there: by half as much again, it has to be that much faster', () => {
    const [faster, slower] = [measuredOn('x86_64', 20), measuredOn('x86_64', 28)];
    const arm64 = measuredOn('arm64', 40);

    expect(faster.cost.lambda - 0.2).toBeCloseTo(((20 * 1769) / 1024 / 1000) * 15, 6);
    expect(
      [faster, measuredOn('x86_64', 26), slower].map((x86_64) => cheaperArchitecture(hashing({ x86_64, arm64 }))),
    ).toEqual(['x86_64', 'x86_64', 'arm64']);
    expect([breakEvenMs(20, 'x86_64', PRICES), breakEvenMs(30, 'arm64', PRICES)]).toEqual([30, 20]);
  });

  it('is the one that is measured where the other is not, and none where neither is', () => {
    const [x86_64, arm64] = [measuredOn('x86_64', 1000), measuredOn('arm64', 1000)];

    expect(cheaperArchitecture(hashing({ x86_64, arm64: null }))).toBe('x86_64');
    expect(cheaperArchitecture(hashing({ x86_64: null, arm64 }))).toBe('arm64');
    expect(() => cheaperArchitecture(hashing({ x86_64: null, arm64: null }))).toThrow('sign-in is not measured');
  });

  it('says of one without figures that it is not measured, and from when on it would be cheaper', async () => {
    const template = (await synthesise()).toJSON() as CloudFormationTemplate;
    const flows = { 'sign-in': { ...HASHING, waits: 0 } };
    const set = { measuredAt: '2026-01-31', flows, journeys: {} };

    const [x86, arm] = await Promise.all([costPage(template, { x86_64: set }), costPage(template, { arm64: set })]);

    expect(x86).toMatch(/\n\| sign-in \| 20 \| 20 \| 0\.78 \| not measured \| cheaper below 25 ms \| – \| x86_64 \|\n/);
    expect(arm).toMatch(/\n\| sign-in \| not measured \| cheaper below 16 ms \| – \| 20 \| 20 \| 0\.66 \| x86_64 \|\n/);
    expect(x86).toContain('2026-01-31 on x86_64 by');
  });

  it('takes the figures of the other processor for what differs little, and its own where there are some', () => {
    const [x86_64, arm64] = [1, 2].map((cpuMs) => ({
      measuredAt: '2026-01-31',
      flows: { 'sign-in': { ...HASHING, cpuMs } },
      journeys: {},
    }));

    expect(figuresOf({ x86_64, arm64 }, 'sign-in', 'arm64')?.cpuMs).toBe(2);
    expect(figuresOf({ x86_64, arm64 }, 'sign-in', 'x86_64')?.cpuMs).toBe(1);
    expect(figuresOf({ x86_64 }, 'sign-in', 'arm64')?.cpuMs).toBe(1);
    expect(figuresOf({ arm64 }, 'sign-in', 'x86_64')?.cpuMs).toBe(2);
    expect(figuresOf({ arm64 }, 'sign-out', 'arm64')).toBeNull();
  });
});

describe('the cost of a month', () => {
  it('adds calls, mails and storage for so many people, and tells what traces would add', () => {
    const cost = usageCost({ users: 1_000_000, flows: SIGN_IN_AND_MAIL, mailFlow: 'deliver-messages', prices: PRICES });

    expect(cost.calls).toBeCloseTo(20, 6);
    expect(cost.mails).toBeCloseTo(100, 6);
    expect(cost.traces).toBeCloseTo(tracesCost(2_000_000, PRICES) + tracesCost(1_000_000, PRICES), 6);
    expect(cost.storage).toBeCloseTo((1_000_000 / 1024) * 0.4, 6);
    expect(cost.total).toBeCloseTo(cost.calls + cost.mails + cost.storage, 6);
  });

  it.each(['callsPerUserAndMonth', 'mailFlow'])('refuses a flow that there is not, named by %s', (where) => {
    const prices = where === 'mailFlow' ? PRICES : { ...PRICES, callsPerUserAndMonth: { 'sign-inn': 1 } };
    const mailFlow = where === 'mailFlow' ? 'sign-inn' : 'deliver-messages';

    const reckon = () => usageCost({ users: 1, flows: SIGN_IN_AND_MAIL, mailFlow, prices });

    expect(reckon).toThrow('prices.json names sign-inn, which is not among the flows');
  });

  it('leaves out the calls of a flow that is not measured yet', () => {
    const flows = [...SIGN_IN_AND_MAIL, { flow: 'sign-out', memoryMiB: 1024 }];
    const prices = { ...PRICES, callsPerUserAndMonth: { 'sign-in': 2, 'sign-out': 1000 } };

    const cost = usageCost({ users: 1_000_000, flows, mailFlow: 'deliver-messages', prices });

    expect(cost.calls).toBeCloseTo(20, 6);
    expect(cost.traces).toBeCloseTo(tracesCost(2_000_000, PRICES) + tracesCost(1_000_000, PRICES), 6);
  });

  it('traces nearly every call of a quiet function, and the share of a busy one', () => {
    const quiet = tracesCost(1000, PRICES) / 1000;
    const busy = tracesCost(1_000_000_000_000, PRICES) / 1_000_000_000_000;

    expect(quiet * 1_000_000).toBeCloseTo(5, 2);
    expect(busy * 1_000_000).toBeCloseTo(0.5, 2);
  });

  it('bills each of Cognito’s users at the price of the step they are in', () => {
    const steps = [
      { upTo: 10, usd: 0 },
      { upTo: 100, usd: 2 },
      { upTo: null, usd: 1 },
    ];

    const [few, some, many] = [10, 60, 150].map((users) => cognitoCost(users, steps));

    expect([few, some, many]).toEqual([0, 100, 90 * 2 + 50]);
  });
});

describe('what the template tells', () => {
  const Tags = [{ Key: 'keyturn:flow', Value: 'sign-in' }];
  const Metrics = [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'a / b' }];
  const template: CloudFormationTemplate = {
    Resources: {
      SignIn: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 1769, Architectures: ['x86_64'], Tags } },
      Role: { Type: 'AWS::IAM::Role', Properties: { Tags } },
      OfTwo: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics } },
      OfOne: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
      Key: { Type: 'AWS::KMS::Key' },
      Secret: { Type: 'AWS::SecretsManager::Secret' },
      Dashboard: { Type: 'AWS::CloudWatch::Dashboard' },
    },
  };

  it('finds a flow’s memory and processor by its tag, and bills an alarm for each metric that goes in', () => {
    const standing = standingParts(template, 2);

    expect([...functionsByFlow(template)]).toEqual([['sign-in', { memoryMiB: 1769, architecture: 'x86_64' }]]);
    expect(standing).toEqual({ alarmMetrics: 3, dashboards: 1, keys: 1, secrets: 1, customMetrics: 2 });
    expect(standingCost(standing, PRICES)).toBeCloseTo(0.3 + 3 + 1 + 0.4 + 0.6, 6);
  });

  it('counts a series for each value of a dimension, and none for a flow or a step, which cost while they fail', () => {
    const from = {};

    const series = countSeries({
      Failures: { unit: 'Count', dimensionSets: [[], ['flow']], from },
      Steps: { unit: 'Count', dimensionSets: [['step']], from },
      Delay: { unit: 'Milliseconds', dimensionSets: [['channel']], from },
    });

    expect(series).toBe(1 + 2);
  });
});

describe('what the canary costs', () => {
  const CALLED = [
    'describe-service',
    'check-reset-token',
    'sign-in',
    'sign-out',
    'request-recovery',
    'deliver-messages',
  ];
  const canary = (flows: readonly string[]) => ({
    everyMinutes: 5,
    deployed: { memoryMiB: 512, architecture: 'x86_64' as const },
    flows: flows.map((flow) => flowCost(flow, 10)),
    mailFlow: 'deliver-messages',
    prices: PRICES,
  });

  it('is that of its runs, of what they call, and of a mail each quarter of an hour', () => {
    const cost = canaryCost(canary(CALLED));

    expect(cost.runs).toBe(8760);
    expect(cost.own).toBeCloseTo(8760 * (0.2 / 1_000_000 + 2 * 0.5 * 0.000015), 6);
    expect(cost.caused).toBeCloseTo((8760 * 6 + 2920) * (10 / 1_000_000), 6);
    expect(cost.mails).toBeCloseTo(2920 * (10 / 1_000_000), 6);
    expect(cost.synthetics).toBeCloseTo(8.76, 6);
  });

  it('leaves out what is not measured yet, and takes no flow that there is not', () => {
    const [describeService = '', ...others] = CALLED;
    const { flows, ...rest } = canary(others);

    const cost = canaryCost({ ...rest, flows: [...flows, { flow: describeService, memoryMiB: 1024 }] });

    expect(cost.caused).toBeCloseTo((8760 * 3 + 2920) * (10 / 1_000_000), 6);
    expect(() => canaryCost({ ...rest, flows })).toThrow('there is no flow describe-service');
  });
});
