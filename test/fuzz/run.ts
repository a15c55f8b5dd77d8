/** npm run fuzz: sends more generated requests than npm test does (test/fuzz), and prints the seed to send the same again. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const USAGE = `npm run fuzz -- [--cases 1000] [--seed 7] [--route 'POST /sessions'] [--operations 5000]

Sends so many generated requests to each route of the manifest, and holds every answer against the OpenAPI document. Fewer sequences
of what an owner does, and of a keyring's rotation, are held against what must be true after each; so many operations that change
identities, with a database that fails, against the rows that they leave. The same seed, cases, operations and route send the same again.`;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    route: { type: 'string', default: '' },
    operations: { type: 'string', default: '5000' },
    help: { type: 'boolean', default: false },
  },
});
const { cases, seed, route, operations, help } = values;

if (help || ![cases, seed, operations].every((text) => /^\d{1,10}$/.test(text))) {
  console.log(USAGE);
  process.exit(help ? 0 : 2);
}

console.log(
  `seed ${seed}: npm run fuzz -- --cases ${cases} --operations ${operations} --seed ${seed}${route && ` --route '${route}'`}`,
);
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--testTimeout=86400000'];
const { status } = spawnSync(process.execPath, [...jest, 'test/fuzz'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    KEYTURN_FUZZ_CASES: cases,
    KEYTURN_FUZZ_SEED: seed,
    KEYTURN_FUZZ_ROUTE: route,
    KEYTURN_FUZZ_OPERATIONS: operations,
  },
});
process.exitCode = status ?? 1;
