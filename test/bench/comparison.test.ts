import { describe, expect, it } from '@jest/globals';
import type { Round } from '../../bench/against/play-round.ts';
import { comparisonReport } from '../../bench/against/report.ts';
import { summarise } from '../../bench/against/summarise.ts';

const MIB = 1024 ** 2;
const TRIPS = { roundTrips: 2, waits: 1, readUnits: 3, writeUnits: 4 };
const FUNCTIONS = ['sign-in', 'sign-up', 'guard-origin'];

/** CPU of both trees, by flow. */
type Cpu = Record<string, [there: number, here: number, hash?: number, signature?: number]>;

const memoryOf = (rssMib: number) => {
  const use = { rssBytes: rssMib * MIB, heapBytes: 50 * MIB };
  return { loaded: use, worked: use };
};

const roundOf = (cpu: Cpu, changes: Partial<Round> = {}): Round => ({
  flows: new Map(
    Object.entries(cpu).map(([flow, [there, here, hashMs = 0, signMs = 0]]) => [
      flow,
      { there: { cpuMs: there, hashMs, signMs }, here: { cpuMs: here, hashMs, signMs } },
    ]),
  ),
  trips: new Map(Object.keys(cpu).map((flow) => [flow, { there: TRIPS, here: TRIPS }])),
  failures: new Map(),
  gatewayMs: { there: 0.1, here: 0.1 },
  loadMs: new Map([['sign-in', { there: 60, here: 66 }]]),
  memory: { there: memoryOf(100), here: memoryOf(103) },
  aloneBytes: new Map(),
  functions: { there: FUNCTIONS, here: FUNCTIONS },
  ...changes,
});

const report = (rounds: readonly Round[], atMost: number | null = null) => {
  const { lines, exitCode } = comparisonReport({
    summary: summarise(rounds, ['sign-in', 'sign-up']),
    ref: 'main',
    atMost,
  });
  return { exitCode, last: lines.at(-1), line: (start: string) => lines.find((one) => one.startsWith(start)), lines };
};

/** Ratios of rounds: close together, and far apart. */
const CALM = [0.99, 1, 1, 1.01, 1];
const WILD = [0.8, 1.2, 1, 0.9, 1.1];

const roundsOf = (ratios: readonly number[], factor = 1, changes: Partial<Round> = {}) =>
  ratios.map((ratio) => roundOf({ 'sign-in': [30, 30 * ratio * factor, 27] }, changes));

describe('the report of a comparison', () => {
  it('shows both figures, their ratio with its interval, and what is alike once', () => {
    const { line, last, exitCode } = report(roundsOf(CALM));

    expect(line('CPU, ms')?.split(/ {2,}/)).toEqual([
      'CPU, ms per operation',
      'there',
      'here',
      'ratio',
      '93 % interval',
      'beyond its hash',
      'beyond the signature',
      'round trips',
      'waits',
      'read units',
      'write units',
    ]);
    expect(line('sign-in ')?.split(/ {2,}/)).toEqual([
      'sign-in',
      '30.00',
      '30.00',
      '1.00',
      '0.99 – 1.01',
      'too noisy (0.90 – 1.10)', // 3 ms of 30, which the hash hides
      '2',
      '1',
      '3',
      '4',
    ]);
    expect(last).toBe('against main: 1 flows, 1 alike');
    expect(exitCode).toBe(0);
  });

  it('pairs the figures of a round: a machine that gets slower is no difference', () => {
    const rounds = [1, 2, 3, 4, 5].map((slowness) => roundOf({ 'sign-up': [slowness, slowness * 1.02] }));

    expect(report(rounds).line('sign-up')?.split(/ {2,}/).slice(0, 5)).toEqual([
      'sign-up',
      '3.00',
      '3.06',
      '1.02',
      '1.02 – 1.02',
    ]);
  });

  it('says "too noisy" where the rounds disagree, and never that they are alike', () => {
    const { line, last } = report(roundsOf(WILD));

    expect(line('sign-in ')?.split(/ {2,}/).slice(3, 5)).toEqual(['too noisy', '0.80 – 1.20']);
    expect(last).toBe('against main: 1 flows, 1 too noisy (sign-in), 0 alike');
  });

  it('names what is slower and faster with its whole interval', () => {
    const rounds = CALM.map((ratio) => roundOf({ 'sign-in': [1, 1.3 * ratio], 'sign-up': [1, 0.9 * ratio] }));

    expect(report(rounds).last).toBe(
      'against main: 2 flows, 1 slower (sign-in 1.30), 1 faster (sign-up 0.90), 0 alike',
    );
  });

  it.each([
    ['holds a flow that is alike', roundsOf(CALM), 0, '1 flows, 1 within'],
    ['finds a flow that is clearly above it', roundsOf(CALM, 1.2), 1, '1 flows, 1 above (sign-in 1.20), 0 within'],
    [
      'finds one however noisy the rounds are, and then gives the interval',
      roundsOf(WILD, 1.5),
      1,
      '1 flows, 1 above (sign-in 1.20 – 1.80), 0 within',
    ],
    ['does not pass what the rounds can not tell', roundsOf(WILD), 3, '1 flows, 1 too noisy (sign-in), 0 within'],
    [
      'does not pass what could not be measured',
      roundsOf(CALM, 1, { failures: new Map([['sign-up', 'it was answered 404']]) }),
      3,
      '1 flows, 1 within, 1 not measured (sign-up)',
    ],
  ])('with a limit: %s', (_, rounds, exitCode, last) => {
    const result = report(rounds, 1.05);

    expect(result.last).toBe(`against main, at most 1.05: ${last}`);
    expect(result.exitCode).toBe(exitCode);
  });

  it('shows where an operation asks the database more often, and says so at the end', () => {
    const trips = new Map([['sign-in', { there: TRIPS, here: { ...TRIPS, roundTrips: 3, readUnits: 3.5 } }]]);
    const { line, last } = report(roundsOf(CALM, 1, { trips }));

    expect(line('sign-in ')).toMatch(/ 2 → 3 +1 +3 → 3.5 +4$/);
    expect(last).toBe('against main: 1 flows, 1 alike, 1 with more round trips (sign-in)');
  });

  it('compares loading and memory alike', () => {
    const { lines } = report(roundsOf(CALM));

    expect(lines.filter((line) => /^sign-in .* 66\.0/.test(line))[0]?.split(/ {2,}/)).toEqual([
      'sign-in',
      '60.0',
      '66.0',
      '1.10',
      '1.10 – 1.10',
    ]);
    expect(lines.find((line) => line.startsWith('resident, after'))?.split(/ {2,}/)).toEqual([
      'resident, after the work',
      '100.0',
      '103.0',
      '1.03',
      '1.03 – 1.03',
    ]);
  });

  it('names what is not measured, and what only one of both has', () => {
    const functions = { there: ['sign-in', 'old-flow'], here: ['sign-in', 'guard-origin'] };
    const failures = new Map([['sign-up', 'POST /accounts was answered 404: {}']]);
    const { lines } = report(roundsOf(CALM, 1, { functions, failures }));

    expect(lines.slice(-5, -1)).toEqual([
      'Not measured, for there is no scenario: guard-origin, old-flow',
      'Not measured: sign-up, for POST /accounts was answered 404: {}',
      'Only there: old-flow',
      'Only here: guard-origin',
    ]);
  });

  it('leaves a flow out that failed in a later round', () => {
    const failing = roundOf({ 'sign-in': [1, 1] }, { failures: new Map([['sign-up', 'it broke']]) });
    const rounds = [...CALM.slice(1).map(() => roundOf({ 'sign-in': [1, 1], 'sign-up': [1, 1] })), failing];

    expect(report(rounds).last).toBe('against main: 1 flows, 1 alike, 1 not measured (sign-up)');
  });
});
