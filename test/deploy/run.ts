/**
 * Deploys the stack with the stock CDK into an emulator of AWS and tests what stands there.
 *
 *     npm run test:deploy                       everything, and nothing is left running
 *     npm run test:deploy -- http-suite outbox  these suites only
 *     npm run test:deploy -- --keep             deploys, prints how to reach it, and waits for Ctrl-C
 */
import { readFile } from 'node:fs/promises';
import { setDefaultCACertificates } from 'node:tls';
import { bootstrap, deployStack, synthesize } from './cdk.ts';
import { endAllChildren } from './children.ts';
import { type Deployment, findFunctions, saveDeployment } from './deployment.ts';
import { openFrontDoor } from './front-door.ts';
import { openInbox } from './inbox.ts';
import { installEmulator } from './install-emulator.ts';
import { buildBundles } from './run-project.ts';
import { runSuites } from './run-suites.ts';
import { makeStages } from './stages.ts';
import { type Emulator, startEmulator } from './start-emulator.ts';
import { waitForKeyring } from './wait-for-keyring.ts';

/** A deployment of its own, and the suites that are run against it, one after another. */
interface Lane {
  name: string;
  /** How many calls of a function run at once: as many as there are cores, but where calls race. */
  processesPerFunction: number;
  suites: Readonly<Record<string, readonly string[]>>;
}

/** Side by side: least-privilege takes away grants that the others need, and the others wait for much of their time. */
const LANES: readonly Lane[] = [
  {
    name: 'service',
    processesPerFunction: 8,
    suites: {
      'http-suite': ['test/http-suite'],
      outbox: ['test/deploy/outbox.test.ts'],
      feedback: ['test/deploy/feedback.test.ts'],
      restore: ['test/deploy/restore.test.ts'], // before update, which then finds tables that CloudFormation didn't make
      update: ['test/deploy/update.test.ts'],
      destroy: ['test/deploy/destroy.test.ts'], // there is nothing left to test after it
    },
  },
  { name: 'grants', processesPerFunction: 2, suites: { 'least-privilege': ['test/deploy/least-privilege'] } },
];
const SUITE_NAMES = LANES.flatMap(({ suites }) => Object.keys(suites));

const parameters = process.argv.slice(2);
const keep = parameters.includes('--keep');
const chosen = parameters.filter((parameter) => parameter !== '--keep');
const unknown = chosen.filter((name) => !SUITE_NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; there are ${SUITE_NAMES.join(', ')}.`);
  process.exit(1);
}

/** A lane's deployment, and the file that describes it. */
interface Opened extends Pick<Lane, 'suites'> {
  deployment: Deployment;
  file: string;
}

const stages = makeStages();
stages.undo(endAllChildren);
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('interrupted'));
});

/** Starts an emulator for each lane. Certificates of others are not trusted from then on: only emulators are called. */
const startEmulators = async (lanes: readonly Lane[]): Promise<Emulator[]> => {
  const [installed] = await Promise.all([stages.run('install', installEmulator), stages.run('build', buildBundles)]);
  setDefaultCACertificates([await readFile(installed.certificateFile, 'utf8')]);
  const start = async (lane: Lane): Promise<Emulator> => {
    const started = await startEmulator(installed, lane);
    stages.undo(started.stop);
    return started;
  };
  return stages.run('start the emulators', () => Promise.all(lanes.map(start)));
};

/** Deploys what is synthesised to a lane's emulator. */
const deploy = async ({ name, suites }: Lane, { stop, ...emulator }: Emulator): Promise<Opened> => {
  const frontDoor = await openFrontDoor();
  stages.undo(frontDoor.close);
  const inbox = await openInbox(emulator.endpoint);
  stages.undo(inbox.close);

  const outputs = await stages.run(`cdk deploy (${name})`, () => deployStack(emulator));
  frontDoor.leadTo(`${emulator.endpoint}/_aws/execute-api/${outputs.ApiId}/$default`);
  await stages.run(`first keys (${name})`, () => waitForKeyring(frontDoor.url));

  const functions = await findFunctions(emulator);
  const deployment = { ...emulator, apiUrl: frontDoor.url, inboxUrl: inbox.url, outputs, functions };
  return { deployment, file: await saveDeployment(deployment), suites };
};

const howToReach = ({ deployment: { environment, apiUrl, inboxUrl }, file }: Opened): string => {
  const variables = { ...environment, KEYTURN_DEPLOYMENT: file, KEYTURN_API_URL: apiUrl, KEYTURN_INBOX_URL: inboxUrl };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n');
};

/** Runs the chosen suites of a lane. */
const testLane = async ({ suites, ...opened }: Opened): Promise<void> => {
  for (const [name, paths] of Object.entries(suites).filter(([one]) => chosen.length === 0 || chosen.includes(one))) {
    await stages.run(
      name,
      () => runSuites(paths, opened),
      (passed) => `${passed} tests passed`,
    );
  }
};

const test = async (): Promise<void> => {
  const wanted = LANES.filter(({ suites }) => chosen.length === 0 || chosen.some((name) => name in suites));
  const lanes = keep ? wanted.slice(0, 1) : wanted;
  const emulators = await startEmulators(lanes);
  const [first] = emulators;
  if (!first) return;
  await Promise.all([
    stages.run('cdk synth', () => synthesize(first, {})),
    stages.run('cdk bootstrap', () => Promise.all(emulators.map(bootstrap))),
  ]);
  // All of them, for update has the stack synthesised anew.
  const opened = await Promise.all(lanes.map((lane, index) => deploy(lane, emulators[index] ?? first)));
  if (keep) {
    console.log(`\n${opened.map(howToReach).join()}\n\nCtrl-C ends it.`);
    await interrupted;
    return;
  }
  const ends = await Promise.allSettled(opened.map(testLane));
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => error.message ?? error).join('\n\n'));
};

try {
  const outcome = await Promise.race([test(), interrupted]);
  if (outcome === 'interrupted') process.exitCode = 130;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stages.end();
}
process.exit();
