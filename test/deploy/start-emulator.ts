import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/running-service.ts';
import { endChild, spawnGroup } from './children.ts';
import type { InstalledEmulator } from './install-emulator.ts';
import { BIN_FOLDER, EMULATOR_FOLDER, WORK_FOLDER } from './places.ts';

/** Arbitrary: the emulator accepts any twelve digits. */
const ACCOUNT_ID = '111122223333';
const REGION = 'eu-west-1';

const START_TIMEOUT_MS = 30_000;

/** An endpoint that the CDK and the SDK can use as AWS. */
export interface Emulator {
  endpoint: string;
  region: string;
  accountId: string;
  /** Environment of a process with the administrator's credentials. */
  environment: Record<string, string>;
  /** Of its log, and of what is noted about the deployment. */
  folder: string;
  stop(): Promise<void>;
}

/** Function code is unpacked here. A package.json nearer than the project's sets its module type. */
const makeTemporaryFolder = (folder: string): string => {
  const temporary = join(folder, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  writeFileSync(join(temporary, 'package.json'), '{}\n');
  return temporary;
};

const isReady = (endpoint: string): Promise<boolean> =>
  new Promise((resolve) => {
    get(`${endpoint}/_ministack/ready`, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on('error', () => resolve(false));
  });

/** A minimal environment: functions inherit the emulator's, and must not depend on this machine's. */
const bareEnvironment = (temporaryFolder: string): Record<string, string> => ({
  PATH: `${BIN_FOLDER}:${process.env.PATH ?? ''}`, // functions run with the first `node` on it
  HOME: WORK_FOLDER,
  TMPDIR: temporaryFolder,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
});

/**
 * Starts the emulator on a free port of 127.0.0.1 and waits for it. It checks signatures and enforces every function's
 * role.
 *
 * @param name of its folder
 * @param processesPerFunction how many calls of a function run at once; further ones wait
 * @throws Error when it isn't ready in time; its log says why
 */
export const startEmulator = async (
  { python, certificateFile, keyFile }: InstalledEmulator,
  { name, processesPerFunction }: { name: string; processesPerFunction: number },
): Promise<Emulator> => {
  const port = await freePort();
  const folder = join(WORK_FOLDER, name);
  const temporaryFolder = makeTemporaryFolder(folder);
  const logFile = join(folder, 'emulator.log');
  const log = openSync(logFile, 'w');
  const child = spawnGroup(python, [join(EMULATOR_FOLDER, 'main.py')], {
    env: {
      ...bareEnvironment(temporaryFolder),
      PYTHONDONTWRITEBYTECODE: '1',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: `${port}`,
      MINISTACK_ACCOUNT_ID: ACCOUNT_ID,
      MINISTACK_REGION: REGION,
      AUTH: 'true',
      LAMBDA_STRICT: '0',
      PROCESSES_PER_FUNCTION: `${processesPerFunction}`,
      USE_SSL: '1',
      MINISTACK_SSL_CERT: certificateFile,
      MINISTACK_SSL_KEY: keyFile,
      NODE_EXTRA_CA_CERTS: certificateFile,
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['pipe', log, log], // the pipe closes at the end of this process, even if it is killed
  });
  const stop = (): Promise<void> => endChild(child);

  const endpoint = `https://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(endpoint))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`the emulator did not start; ${logFile} says why`);
    }
    await sleep(100);
  }
  return {
    endpoint,
    region: REGION,
    accountId: ACCOUNT_ID,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT_ID, // the emulator treats twelve digits as the administrator's key
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_CA_BUNDLE: certificateFile, // for the CDK
      NODE_EXTRA_CA_CERTS: certificateFile, // for Node
    },
    folder,
    stop,
  };
};
