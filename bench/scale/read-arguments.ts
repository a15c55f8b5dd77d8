import { parseArgs } from 'node:util';
import { numberIn, wholeNumberIn } from '../numbers.ts';
import { LEAST_VALUES } from '../statistics.ts';

/** Accounts of the small databases. */
export const FEW_ACCOUNTS = 1000;

const DEFAULTS = { accounts: '1000000', rounds: '5', 'per-second': '20', seconds: '180', 'spike-seconds': '60' };

/** Access tokens live five minutes, and the accounts of the load are opened before it. */
const LONGEST_SECONDS = 240;

const SPIKE_FACTOR = 5;

export const USAGE = `Measures whether a flow costs the same with many accounts as with ${FEW_ACCOUNTS}, whether anything of an account grows, and how a load of
people who come at a constant rate is served.

  npm run bench:scale [-- --accounts 1000000] [--flows sign-in,get-profile] [--rounds 5] [--sign-ins 10,100,1000]
                      [--per-second 20] [--seconds 180] [--spike-seconds 60]
  npm run bench:scale -- --accounts 5000 --flows sign-in,get-profile --sign-ins 5,30,60 --seconds 20 --spike-seconds 5     a try

--accounts       in the large database, ${FEW_ACCOUNTS} or more; each has some twelve rows: factors, sessions, history
--flows          only these; a name that there is none of makes it list them
--rounds         how often the CPU of a flow is measured on each database
--sign-ins       after so many sign-ins of one account its rows are measured
--per-second     requests of the mixed load; ${SPIKE_FACTOR} times as many in its spike
--seconds        how long it takes, ${LONGEST_SECONDS} at most
--spike-seconds  how long the spike in its middle takes

Status 0: round trips and capacity units are the same, CPU is within the noise of two small databases, nothing grows, and every acknowledged
mail arrives. Status 1: something of that does not hold. Status 2: it was called wrongly.`;

/** What to measure. */
export interface ScaleArguments {
  accounts: number;
  /** `null` for all. */
  flows: readonly string[] | null;
  rounds: number;
  signIns: readonly number[];
  perSecond: number;
  seconds: number;
  spike: { fromSecond: number; seconds: number; factor: number };
}

const signInsOf = (text: string): number[] => {
  const numbers = text.split(',').map((one) => wholeNumberIn('sign-ins', one, { min: 1, max: 100_000 }));
  if (numbers.length >= 2 && numbers.every((number, index) => number > (numbers[index - 1] ?? 0))) return numbers;
  throw new Error(`--sign-ins is ${JSON.stringify(text)}: give two numbers or more, each larger than the one before`);
};

/**
 * Reads the command line.
 *
 * @param known the flows that can be measured
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readScaleArguments = (args: string[], known: readonly string[]): ScaleArguments | null => {
  const { values } = parseArgs({
    args,
    options: {
      accounts: { type: 'string', default: DEFAULTS.accounts },
      flows: { type: 'string' },
      rounds: { type: 'string', default: DEFAULTS.rounds },
      'sign-ins': { type: 'string', default: '10,100,1000' },
      'per-second': { type: 'string', default: DEFAULTS['per-second'] },
      seconds: { type: 'string', default: DEFAULTS.seconds },
      'spike-seconds': { type: 'string', default: DEFAULTS['spike-seconds'] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const flows = values.flows?.split(',').map((flow) => flow.trim()) ?? null;
  const unknown = flows?.filter((flow) => !known.includes(flow)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`--flows: nothing is measured under ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
  const seconds = wholeNumberIn('seconds', values.seconds, { min: 1, max: LONGEST_SECONDS });
  const spikeSeconds = wholeNumberIn('spike-seconds', values['spike-seconds'], { min: 0, max: seconds });
  return {
    accounts: wholeNumberIn('accounts', values.accounts, { min: FEW_ACCOUNTS, max: 10_000_000 }),
    flows,
    rounds: wholeNumberIn('rounds', values.rounds, { min: LEAST_VALUES, max: 99 }),
    signIns: signInsOf(values['sign-ins']),
    perSecond: numberIn('per-second', values['per-second'], { min: 0.1, max: 10_000 }),
    seconds,
    spike: { fromSecond: (seconds - spikeSeconds) / 2, seconds: spikeSeconds, factor: SPIKE_FACTOR },
  };
};
