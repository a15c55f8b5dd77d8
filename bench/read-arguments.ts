import { parseArgs } from 'node:util';
import { numberIn, wholeNumberIn } from './numbers.ts';
import { LEAST_VALUES } from './statistics.ts';
import { TARGETS_ARE_AGAINST } from './targets.ts';

const ROUNDS = 9;
const MOST_ROUNDS = 99;

export const USAGE = `Measures what each flow costs: CPU of the handlers' process for one operation, calls to DynamoDB and their capacity units.

  npm run bench [-- --flows sign-in,verify-code] [--save]
  npm run bench -- --against <git ref> [--flows sign-in,verify-code] [--rounds ${ROUNDS}] [--at-most 1.05]
  npm run bench -- --against ${TARGETS_ARE_AGAINST} --targets

--save      keeps the figures for "npm run cost"; of all flows alone
--against   compares this tree with another commit: both in turn, on one core and one database, from checkouts of their own
--flows     only these flows; a name that there is none of makes it list them
--rounds    how often both are measured, ${LEAST_VALUES} to ${MOST_ROUNDS}; more of them make the intervals narrower
--at-most   how much more CPU a flow may take than in the other commit, as a ratio
--targets   holds each ratio against its target (bench/targets.ts, set against ${TARGETS_ARE_AGAINST}), and measures the memory of functions
            alone in their processes too; instead of --at-most

The ratio is this tree's CPU divided by the other's: the median of the rounds, with the interval that it lies in with 95 % probability.
Where that is wider than ±5 %, it says "too noisy" instead. The last line sums up.

Status 0: measured, and with --at-most no flow is above it, with --targets every one is met. Status 1: a flow is clearly above --at-most, or
misses its target; or it was stopped. Status 2: it was called wrongly. Status 3: neither, and for some the rounds can't tell.`;

/** What to measure. */
export interface BenchArguments {
  /** `null` for all. */
  flows: readonly string[] | null;
  /** The commit to compare this tree with; `null` to measure it alone. */
  against: { ref: string; rounds: number; atMost: number | null; targets: boolean } | null;
  save: boolean;
}

const flowsOf = (text: string, known: readonly string[]): string[] => {
  const flows = text.split(',').map((flow) => flow.trim());
  const unknown = flows.filter((flow) => !known.includes(flow));
  if (unknown.length === 0) return flows;
  throw new Error(`--flows: nothing is measured under ${unknown.join(', ')}; there are ${known.join(', ')}`);
};

/**
 * Reads the command line.
 *
 * @param known the flows that can be measured
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readArguments = (args: string[], known: readonly string[]): BenchArguments | null => {
  const { values } = parseArgs({
    args,
    options: {
      against: { type: 'string' },
      flows: { type: 'string' },
      rounds: { type: 'string' },
      'at-most': { type: 'string' },
      targets: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { against, flows, rounds, 'at-most': atMost, targets, save, help } = values;
  if (help) return null;
  if (against === undefined) {
    if (rounds !== undefined || atMost !== undefined || targets) {
      throw new Error('--rounds, --at-most and --targets go with --against');
    }
  } else if (save) throw new Error('--save keeps figures of this tree alone: leave out --against');
  if (targets && atMost !== undefined) throw new Error('--targets has limits of its own: leave out --at-most');
  if (save && flows !== undefined) throw new Error('--save keeps figures of all flows: leave out --flows');
  return {
    flows: flows === undefined ? null : flowsOf(flows, known),
    against:
      against === undefined
        ? null
        : {
            ref: against,
            rounds:
              rounds === undefined ? ROUNDS : wholeNumberIn('rounds', rounds, { min: LEAST_VALUES, max: MOST_ROUNDS }),
            atMost: atMost === undefined ? null : numberIn('at-most', atMost, { min: 0.1, max: 10 }),
            targets,
          },
    save,
  };
};
