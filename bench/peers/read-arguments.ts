import { parseArgs } from 'node:util';
import { wholeNumberIn } from '../numbers.ts';
import { LEAST_VALUES } from '../statistics.ts';

const ROUNDS = 9;
const MOST_ROUNDS = 99;

export const USAGE = `Measures Keyturn beside Better Auth: server CPU for one operation of each, by turns, in one run on one core.

  npm run bench:peers [-- --acts sign-in,reset] [--rounds ${ROUNDS}]

--acts      only these; a name that there is none of makes it list them
--rounds    how often both are measured, ${LEAST_VALUES} to ${MOST_ROUNDS}

Better Auth keeps its data with SQLite in its own process; Keyturn's handlers call a database over HTTP. Both serve HTTP on Node, hash with argon2id
of the same parameters, and are asked by the same load. It installs Better Auth into bench/peers the first time.

Status 0: every ratio is below its target. Status 1: one is above. Status 2: it was called wrongly. Status 3: the rounds can't tell.`;

/** What to compare. */
export interface PeerArguments {
  /** `null` for all. */
  acts: readonly string[] | null;
  rounds: number;
}

/**
 * Reads the command line.
 *
 * @param known the names of all acts
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readPeerArguments = (args: string[], known: readonly string[]): PeerArguments | null => {
  const { values } = parseArgs({
    args,
    options: {
      acts: { type: 'string' },
      rounds: { type: 'string', default: String(ROUNDS) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const acts = values.acts?.split(',').map((act) => act.trim()) ?? null;
  const unknown = acts?.filter((act) => !known.includes(act)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`--acts: nothing is measured under ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
  return { acts, rounds: wholeNumberIn('rounds', values.rounds, { min: LEAST_VALUES, max: MOST_ROUNDS }) };
};
