import { coverageOf, isTooNoisy, type Spread, type Verdict, verdictOf } from '../statistics.ts';
import { textTable } from '../text-table.ts';
import type { Trips } from '../trips.ts';
import type { Pair } from './pair.ts';
import type { Comparison, FlowSummary, Summary } from './summarise.ts';

/** Exit codes of the command. */
const EXIT = { held: 0, above: 1, undecided: 3 } as const;

export interface ReportOptions {
  summary: Summary;
  /** The other commit as the user named it. */
  ref: string;
  /** `null` where there is no limit. */
  atMost: number | null;
}

/** Average counts that differ by no more are printed as equal. */
const COUNTED_ALIKE = 0.05;

const TOO_NOISY = 'too noisy';

/** The bounds of a ratio. */
export const interval = ({ low, high }: Spread): string => `${low.toFixed(2)} – ${high.toFixed(2)}`;

const ratioText = (ratio: Spread): string => (isTooNoisy(ratio) ? TOO_NOISY : ratio.median.toFixed(2));

const count = (value: number): string => String(Number(value.toFixed(1)));

/** The counts of both, or one where they are equal. */
const counts = (pair: Pair<Trips> | null, of: keyof Trips): string => {
  if (!pair) return '';
  const [there, here] = [count(pair.there[of]), count(pair.here[of])];
  return there === here ? here : `${there} → ${here}`;
};

const comparisonCells = ({ there, here, ratio }: Comparison, digits: number): string[] => [
  there.toFixed(digits),
  here.toFixed(digits),
  ratioText(ratio),
  interval(ratio),
];

const headingOf = (what: string, rounds: number): string[] => [
  what,
  'there',
  'here',
  'ratio',
  `${Math.floor(100 * coverageOf(rounds))} % interval`,
];

const beyondCell = (beyond: Comparison | null): string =>
  beyond ? `${ratioText(beyond.ratio)} (${interval(beyond.ratio)})` : '';

const flowCells = ({ flow, cpuMs, beyondHashMs, beyondSignatureMs, trips }: FlowSummary): string[] => [
  flow,
  ...comparisonCells(cpuMs, 2),
  beyondCell(beyondHashMs),
  beyondCell(beyondSignatureMs),
  counts(trips, 'roundTrips'),
  counts(trips, 'waits'),
  counts(trips, 'readUnits'),
  counts(trips, 'writeUnits'),
];

const flowTable = ({ flows, gatewayMs, rounds }: Summary): string[] =>
  textTable([
    [
      ...headingOf('CPU, ms per operation', rounds),
      'beyond its hash',
      'beyond the signature',
      'round trips',
      'waits',
      'read units',
      'write units',
    ],
    ...flows.map(flowCells),
    ["the laptop's gateway alone", ...comparisonCells(gatewayMs, 2)],
  ]);

const plainTable = (what: string, figures: ReadonlyMap<string, Comparison>, rounds: number): string[] =>
  textTable([
    headingOf(what, rounds),
    ...[...figures].map(([name, comparison]) => [name, ...comparisonCells(comparison, 1)]),
  ]);

const notMeasured = ({ withoutScenario, failures, onlyThere, onlyHere }: Summary): string[] => [
  ...(withoutScenario.length > 0 ? [`Not measured, for there is no scenario: ${withoutScenario.join(', ')}`] : []),
  ...[...failures].map(([flow, why]) => `Not measured: ${flow}, for ${why}`),
  ...(onlyThere.length > 0 ? [`Only there: ${onlyThere.join(', ')}`] : []),
  ...(onlyHere.length > 0 ? [`Only here: ${onlyHere.join(', ')}`] : []),
];

/** A flow with its ratio. */
const withRatio = ({ flow, cpuMs: { ratio } }: FlowSummary): string =>
  `${flow} ${isTooNoisy(ratio) ? interval(ratio) : ratioText(ratio)}`;

const nameOf = ({ flow }: FlowSummary): string => flow;

/** A heading with a number and the list of flows; empty without flows. */
const group = (what: string, flows: readonly FlowSummary[], tell: (flow: FlowSummary) => string): string[] =>
  flows.length === 0 ? [] : [`${flows.length} ${what} (${flows.map(tell).join(', ')})`];

/** Without a limit: the flows whose interval excludes 1. */
const differences = (flows: readonly FlowSummary[]): string[] => {
  const slower = flows.filter(({ cpuMs: { ratio } }) => ratio.low > 1);
  const faster = flows.filter(({ cpuMs: { ratio } }) => ratio.high < 1);
  const rest = flows.filter((one) => !slower.includes(one) && !faster.includes(one));
  const noisy = rest.filter(({ cpuMs: { ratio } }) => isTooNoisy(ratio));
  return [
    ...group('slower', slower, withRatio),
    ...group('faster', faster, withRatio),
    ...group(TOO_NOISY, noisy, nameOf),
    `${rest.length - noisy.length} alike`,
  ];
};

/** With a limit: the flows above it, and those for which the rounds are too noisy. */
const judge = (flows: readonly FlowSummary[], atMost: number): { groups: string[]; exitCode: number } => {
  const of = (verdict: Verdict) => flows.filter(({ cpuMs: { ratio } }) => verdictOf(ratio, atMost) === verdict);
  const [above, noisy] = [of('above'), of('too noisy')];
  return {
    groups: [...group('above', above, withRatio), ...group(TOO_NOISY, noisy, nameOf), `${of('within').length} within`],
    exitCode: above.length > 0 ? EXIT.above : noisy.length > 0 ? EXIT.undecided : EXIT.held,
  };
};

/** The last line, for people and scripts, and the exit code. */
const sumUp = ({ summary: { flows, failures }, ref, atMost }: ReportOptions): { line: string; exitCode: number } => {
  const { groups, exitCode } =
    atMost === null ? { groups: differences(flows), exitCode: EXIT.held } : judge(flows, atMost);
  const moreTrips = flows.filter(
    ({ trips }) => trips && trips.here.roundTrips - trips.there.roundTrips > COUNTED_ALIKE,
  );
  const all = [
    `${flows.length} flows`,
    ...groups,
    ...group('with more round trips', moreTrips, nameOf),
    ...(failures.size > 0 ? [`${failures.size} not measured (${[...failures.keys()].join(', ')})`] : []),
  ];
  const isUndecided = atMost !== null && failures.size > 0 && exitCode === EXIT.held;
  return {
    line: `against ${ref}${atMost === null ? '' : `, at most ${atMost}`}: ${all.join(', ')}`,
    exitCode: isUndecided ? EXIT.undecided : exitCode,
  };
};

/** The report's lines, and the exit code. */
export const comparisonReport = (options: ReportOptions): { lines: string[]; exitCode: number } => {
  const { summary } = options;
  const { rounds } = summary;
  const { line, exitCode } = sumUp(options);
  const lines = [
    '',
    ...flowTable(summary),
    '',
    ...(summary.loadMs.size > 0 ? [...plainTable('loading a bundle, CPU ms', summary.loadMs, rounds), ''] : []),
    ...plainTable('memory, MiB', summary.memoryMiB, rounds),
    '',
    ...(summary.aloneMiB.size > 0
      ? [...plainTable('resident alone after 2,000 operations, MiB', summary.aloneMiB, rounds), '']
      : []),
    ...notMeasured(summary),
    line,
  ];
  return { lines, exitCode };
};
