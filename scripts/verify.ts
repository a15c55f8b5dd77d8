/**
 * npm run verify: the slower checks, which `npm test` leaves out because they need minutes, or figures of a quiet
 * machine. Each is a line of the list below.
 */
import { spawn } from 'node:child_process';
import { notMeasured, readMeasurements } from './cost/cost-page.ts';
import { isCostPageCurrent } from './cost/write-costs.ts';
import { type Check, runChecks } from './verify/run-checks.ts';

/** A command of npm, which prints as it goes. */
const npm = (name: string, args: readonly string[]): Check => ({
  name,
  run: () =>
    new Promise((resolve, reject) => {
      const child = spawn('npm', args, { stdio: 'inherit' });
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? `status ${code}`}`));
    }),
});

/** A script of package.json. */
const script = (name: string): Check => npm(`npm run ${name}`, ['run', '--silent', name]);

const CHECKS: readonly Check[] = [
  script('check'),
  script('build'),
  {
    name: 'every flow is measured',
    run: async () => {
      const missing = notMeasured(await readMeasurements());
      return missing.length === 0 ? null : `${missing.join(', ')}: run npm run bench -- --save`;
    },
  },
  {
    name: 'docs/cost.md is current',
    run: async () => ((await isCostPageCurrent()) ? null : 'run npm run cost'),
  },
  npm('an owner comes in every minute of an hour of flood', [
    'test',
    '--',
    'test/attack/flood-of-an-hour',
    '--globals',
    JSON.stringify({ floodEveryMinutes: 1 }),
  ]),
  npm('50,000 requests to DynamoDB leave nothing behind', [
    'test',
    '--',
    'test/aws/many-requests',
    '--globals',
    JSON.stringify({ dynamoRequests: 50_000 }),
  ]),
  script('lint:templates'),
  script('test:dynamodb-local'),
  script('test:clients'),
  // Round trips, units and rows are counted, so a thousand accounts more and a few sign-ins show what a million would.
  npm('no flow costs more with more accounts', [
    'run',
    '--silent',
    'bench:scale',
    '--',
    '--accounts',
    '20000',
    '--sign-ins',
    '10,50,150',
    '--seconds',
    '30',
    '--spike-seconds',
    '10',
  ]),
  script('test:deploy'),
  script('test:mutation'),
];

const holds = await runChecks(CHECKS, { say: (line) => console.log(line), nowMs: () => performance.now() });
process.exitCode = holds ? 0 : 1;
