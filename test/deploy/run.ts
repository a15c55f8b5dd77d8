/**
 * Deploys the stack with the stock CDK into an emulator of AWS and tests what stands there.
 *
 *     npm run test:deploy                       everything, and nothing is left running
 *     npm run test:deploy -- http-suite outbox  these suites only
 *     npm run test:deploy -- --keep             deploys, prints how to reach it, and waits for Ctrl-C
 */
import { readFile } from 'node:fs/promises';
import { setDefaultCACertificates } from 'node:tls';
import { deployStack, runCdk, writeProject } from './cdk.ts';
import { endAllChildren } from './children.ts';
import { type Deployment, findFunctions, saveDeployment } from './deployment.ts';
import { openFrontDoor } from './front-door.ts';
import { openInbox } from './inbox.ts';
import { installEmulator } from './install-emulator.ts';
import { buildBundles } from './run-project.ts';
import { runSuites } from './run-suites.ts';
import { makeStages } from './stages.ts';
import { startEmulator } from './start-emulator.ts';
import { waitForKeyring } from './wait-for-keyring.ts';

/** The suites in an order that works: the last one destroys the stack. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  'http-suite': ['test/http-suite'],
  'least-privilege': ['test/deploy/least-privilege'],
  outbox: ['test/deploy/outbox.test.ts'],
  update: ['test/deploy/update.test.ts'],
  destroy: ['test/deploy/destroy.test.ts'],
};

const parameters = process.argv.slice(2);
const keep = parameters.includes('--keep');
const chosen = parameters.filter((parameter) => parameter !== '--keep');
const unknown = chosen.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}.`);
  process.exit(1);
}

const stages = makeStages();
stages.undo(endAllChildren);
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('interrupted'));
});

const deploy = async (): Promise<{ deployment: Deployment; file: string }> => {
  const installed = await stages.run('install', installEmulator);
  const certificateAuthority = await readFile(installed.certificateFile, 'utf8');
  setDefaultCACertificates([certificateAuthority]); // only the emulator is called
  const { stop, ...emulator } = await stages.run('start the emulator', async () => {
    const started = await startEmulator(installed);
    stages.undo(started.stop);
    return started;
  });
  const frontDoor = await openFrontDoor();
  stages.undo(frontDoor.close);
  const inbox = await openInbox(emulator.endpoint);
  stages.undo(inbox.close);

  const { environment, accountId, region } = emulator;
  await writeProject({});
  await stages.run('build and bootstrap', () =>
    Promise.all([buildBundles(), runCdk(environment, ['bootstrap', `aws://${accountId}/${region}`])]),
  );
  const outputs = await stages.run('cdk deploy', () => deployStack(environment));
  frontDoor.leadTo(`${emulator.endpoint}/_aws/execute-api/${outputs.ApiId}/$default`);
  await stages.run('first rotation of keys', () => waitForKeyring(frontDoor.url));

  const functions = await findFunctions(emulator);
  const deployment = { ...emulator, apiUrl: frontDoor.url, inboxUrl: inbox.url, outputs, functions };
  return { deployment, file: await saveDeployment(deployment) };
};

const howToReach = ({ environment, apiUrl, inboxUrl }: Deployment, file: string): string => {
  const variables = { ...environment, KEYTURN_DEPLOYMENT: file, KEYTURN_API_URL: apiUrl, KEYTURN_INBOX_URL: inboxUrl };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n');
};

const test = async (): Promise<void> => {
  const { deployment, file } = await deploy();
  if (keep) {
    console.log(`\n${howToReach(deployment, file)}\n\nCtrl-C ends it.`);
    await interrupted;
    return;
  }
  for (const name of chosen.length > 0 ? chosen : Object.keys(SUITES)) {
    await stages.run(
      name,
      () => runSuites(SUITES[name] ?? [], { file, deployment }),
      (passed) => `${passed} tests passed`,
    );
  }
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
