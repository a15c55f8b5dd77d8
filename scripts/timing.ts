/** npm run test:timing: whether the time of an answer tells what its words do not: an account that is known, a lock, a profile. */
import { parseArgs } from 'node:util';
import { csprng } from '../shared/primitives/randomness.ts';
import { startWorld } from '../test/support/world.ts';
import { compareSides } from './timing/compare-sides.ts';
import { openPairs } from './timing/pairs.ts';

const USAGE = `npm run test:timing -- [--samples 6000] [--only sign-in]

Sends requests of two kinds by turns to the deployed handlers, and prints how well a duration tells them apart: the area under the
curve with its 95 % interval, which is to lie within 0.5 ± 0.03. Needs a machine that does nothing else; twenty minutes for all pairs.`;

/** What a reader of many durations may still learn. */
const TOLERATED = 0.03;

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '6000' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
const samples = Number(values.samples);
if (values.help || !Number.isInteger(samples) || samples < 2) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const world = await startWorld({ hashesAsDeployed: true });
const pairs = (await openPairs(world)).filter(({ name }) => name.startsWith(values.only));
let holds = pairs.length > 0;
for (const pair of pairs) {
  const {
    area,
    interval: [low, high],
  } = await compareSides(pair, { samples, isFirstFirst: () => csprng.integer(2) === 0 });
  const isWithin = low >= 0.5 - TOLERATED && high <= 0.5 + TOLERATED;
  holds &&= isWithin;
  const [first, second] = pair.sides;
  const [shown, from, to] = [area, low, high].map((figure) => figure.toFixed(3));
  console.log(
    `${isWithin ? 'holds' : 'FAILS'}  ${pair.name}, ${first.name} and ${second.name}: ${shown} (${from} to ${to}), ${samples} of each`,
  );
}
await world.close();
process.exitCode = holds ? 0 : 1;
