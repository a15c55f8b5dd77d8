import { describe, expect, it } from '@jest/globals';
import type { Round } from '../../bench/against/play-round.ts';
import { summarise } from '../../bench/against/summarise.ts';
import { targetReport } from '../../bench/against/target-report.ts';
import { SCENARIOS } from '../../bench/scenarios.ts';
import { ALONE_FLOWS, judgeTarget, TARGETS, type Target } from '../../bench/targets.ts';
import * as manifest from '../../functions/manifest.ts';

const MIB = 1024 ** 2;
const USE = { rssBytes: 100 * MIB, heapBytes: 50 * MIB };

/** Rounds that agree: a flow's CPU with a signature left out, its loading, and its memory alone. */
const rounds = Array.from(
  { length: 5 },
  (): Round => ({
    flows: new Map([
      ['verify-code', { there: { cpuMs: 3, hashMs: 0, signMs: 1 }, here: { cpuMs: 1.9, hashMs: 0, signMs: 1 } }],
      ['get-profile', { there: { cpuMs: 1, hashMs: 0, signMs: 0 }, here: { cpuMs: 0.5, hashMs: 0, signMs: 0 } }],
    ]),
    trips: new Map(),
    failures: new Map(),
    gatewayMs: { there: 0.1, here: 0.1 },
    loadMs: new Map([['get-profile', { there: 60, here: 20 }]]),
    memory: { there: { loaded: USE, worked: USE }, here: { loaded: USE, worked: USE } },
    aloneBytes: new Map([['get-profile', { there: 100 * MIB, here: 90 * MIB }]]),
    functions: { there: [], here: [] },
  }),
);

const reportOn = (...targets: Target[]) => {
  const { lines, exitCode } = targetReport(summarise(rounds, []), targets);
  return { exitCode, verdicts: lines.slice(2, -1).map((line) => line.split(/ {2,}/)), last: lines.at(-1) };
};

describe('the targets', () => {
  it('are about flows that are measured, functions that are loaded, and requests that can be repeated', () => {
    const flows = SCENARIOS.map(({ flow }) => flow);
    const functions = Object.values(manifest).map(({ flow }) => flow);
    const unknown = TARGETS.filter(({ flow, measure }) => !(measure === 'loading' ? functions : flows).includes(flow));

    expect(unknown).toEqual([]);
    expect(new Set(TARGETS.map(({ flow, measure }) => `${measure} ${flow}`)).size).toBe(TARGETS.length);
    expect(SCENARIOS.filter(({ flow, hashes }) => ALONE_FLOWS.includes(flow) && hashes > 0)).toEqual([]);
  });

  it('leave the loading of what sends mail and SMS out, and of nothing else', () => {
    const loaded = TARGETS.filter(({ measure }) => measure === 'loading').map(({ flow }) => flow);

    const without = Object.values(manifest).filter(({ flow }) => !loaded.includes(flow));
    expect(without.map(({ flow }) => flow)).toEqual(['deliver-messages']);
  });

  it.each([
    ['met', { low: 0.3, median: 0.35, high: 0.4 }],
    ['met', { low: 0.39, median: 0.4, high: 0.41 }],
    ['met', { low: 0.1, median: 0.2, high: 0.4 }], // noisy, but below
    ['missed', { low: 0.39, median: 0.405, high: 0.42 }],
    ['missed', { low: 0.41, median: 0.5, high: 0.9 }], // noisy, but above
    ['too noisy', { low: 0.3, median: 0.35, high: 0.5 }],
    ['not measured', null],
  ] as const)('of 0.40 is %s with %j', (verdict, ratio) => {
    expect(judgeTarget(ratio, 0.4)).toBe(verdict);
  });

  it('are held against the ratio that each is about, a left out signature taken off both', () => {
    const { verdicts, last, exitCode } = reportOn(
      { flow: 'verify-code', measure: 'CPU', atMost: 0.45 },
      { flow: 'get-profile', measure: 'CPU', atMost: 0.4 },
      { flow: 'get-profile', measure: 'loading', atMost: 0.45 },
      { flow: 'get-profile', measure: 'resident memory', atMost: 0.7 },
      { flow: 'sign-in', measure: 'CPU', atMost: 0.5 },
    );

    expect(verdicts).toEqual([
      ['CPU of verify-code', '0.45', '0.45', '0.45 – 0.45', 'met'],
      ['CPU of get-profile', '0.40', '0.50', '0.50 – 0.50', 'missed'],
      ['loading of get-profile', '0.45', '0.33', '0.33 – 0.33', 'met'],
      ['resident memory of get-profile', '0.70', '0.90', '0.90 – 0.90', 'missed'],
      ['CPU of sign-in', '0.50', expect.stringContaining('not measured')],
    ]);
    expect(last).toBe('5 targets: 2 met, 2 missed, 0 too noisy, 1 not measured');
    expect(exitCode).toBe(1);
  });

  it.each([
    [0, { flow: 'get-profile', measure: 'loading', atMost: 0.45 }],
    [1, { flow: 'get-profile', measure: 'CPU', atMost: 0.4 }],
    [3, { flow: 'sign-in', measure: 'CPU', atMost: 0.5 }],
  ] as const)('end the command with status %d where they are met, missed or undecided', (status, target) => {
    expect(reportOn(target).exitCode).toBe(status);
  });
});
