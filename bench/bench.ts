/**
 * npm run bench: what each flow costs, in one run on one machine, so that the ratios mean something whatever the machine. The
 * handlers run bundled, in a process of their own on one core; database, load and proxy share the other. `--save` keeps what
 * `npm run cost` reckons with.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as manifest from '../functions/manifest.ts';
import { createTables, localTables } from '../local/create-tables.ts';
import { ensureKeyringFile } from '../local/keyring-file.ts';
import {
  CONFIGURATION_SET_VARIABLE,
  DEAD_LETTERS_VARIABLE,
  environmentVariablesOf,
  KEYRING_VARIABLE,
  METRICS_VARIABLE,
  SETTINGS_VARIABLE,
  TABLE_VARIABLES,
} from '../shared/config/config.ts';
import { systemClock } from '../shared/config/system-clock.ts';
import { makeUpkeep } from '../shared/config/upkeep.ts';
import { openKeyring } from '../shared/crypto/open-keyring.ts';
import type { TableName } from '../shared/http/contract.ts';
import { startBareDynamo } from '../test/support/bare-dynamo.ts';
import { startDynamoProxy } from '../test/support/dynamo-proxy.ts';
import { measureColdStarts } from './cold-start.ts';
import type { Question, Reply } from './handler-process.ts';
import { runLoad, send } from './http-load.ts';
import { measureMails } from './mail-load.ts';
import { measureRefresh } from './refresh-load.ts';
import { printColdStarts, printFlows, type Row } from './report.ts';
import { saveMeasured } from './save.ts';
import { scenariosOf } from './scenarios.ts';
import { makeSeed } from './seed.ts';
import { startSesSink } from './ses-sink.ts';
import { makeSignIns } from './sign-ins.ts';
import { makeTripsOf } from './trips.ts';
import { twoFactorScenariosOf } from './two-factor-scenarios.ts';

const WARM_UP = 0.5;
const HASHES = 40;
const SIGNATURES = 200;
const AT_ONCE = 8;
const COUNTED_CALLS = 4;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const pin = (pid: number | undefined, core: number): void => {
  spawnSync('taskset', ['-cp', String(core), String(pid)], { stdio: 'ignore' }); // where there is no taskset, unpinned
};

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
const children: ChildProcess[] = [];
pin(process.pid, 1);
const embedded = await startBareDynamo(); // inherits the core
const proxy = await startDynamoProxy(embedded.endpoint);
const ses = await startSesSink();
const tables = localTables('bench');
const keyring = join(scratch, 'keyring.json');
await ensureKeyringFile(keyring);
const HUGE = { max: 1_000_000, windowSeconds: 3600 };
const unlimited = { perIdentifier: HUGE, perSource: HUGE, global: HUGE };
Object.assign(process.env, {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_ENDPOINT_URL_DYNAMODB: embedded.endpoint,
  AWS_ENDPOINT_URL_SES: ses.endpoint,
  [METRICS_VARIABLE]: 'Keyturn/bench',
  [CONFIGURATION_SET_VARIABLE]: 'bench',
  [DEAD_LETTERS_VARIABLE]: pathToFileURL(join(scratch, 'dead-letters.jsonl')).href,
  [KEYRING_VARIABLE]: pathToFileURL(keyring).href,
  [SETTINGS_VARIABLE]: JSON.stringify({
    productName: 'Bench',
    sender: 'no-reply@bench.example',
    publicUrl: 'https://bench.example',
    limits: {
      signUp: unlimited,
      signIn: unlimited,
      requestRecovery: unlimited,
      requestVerification: unlimited,
      accountVerification: unlimited,
    },
  }),
  ...Object.fromEntries((Object.keys(tables) as TableName[]).map((table) => [TABLE_VARIABLES[table], tables[table]])),
});
// What the flows want beside, that no load gets to: a bundle has to be loaded for its cold start.
for (const name of Object.values(manifest).flatMap((contract) => environmentVariablesOf(contract))) {
  process.env[name] ??= 'https://bench.example';
}
await createTables(new DynamoDBClient({}), tables);

/** Starts a process of handlers. @param log where its lines go is nowhere: writing them is part of the work, reading isn't */
const startHandlers = async (endpoint: string, core: number) => {
  const child = fork(fileURLToPath(new URL('handler-process.ts', import.meta.url)), {
    env: { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: endpoint },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  child.once('exit', (code) => {
    if (code) process.exit(code); // it has said why, and would never answer
  });
  pin(child.pid, core);
  const reply = (): Promise<Reply> => new Promise((resolve) => child.once('message', resolve));
  const { port } = (await reply()) as { port: number };
  return {
    port,
    ask: async (question: Question): Promise<number> => {
      const answered = reply();
      child.send(question);
      return ((await answered) as { cpuMs: number }).cpuMs;
    },
  };
};

try {
  say('building …');
  spawnSync(process.execPath, [fileURLToPath(new URL('../scripts/build.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const measured = await startHandlers(embedded.endpoint, 0);
  const counted = await startHandlers(proxy.endpoint, 1);
  const cpu = () => measured.ask({ ask: 'cpu' });

  const cpuOf = async (count: number, work: () => Promise<unknown>): Promise<number> => {
    const before = await cpu();
    await work();
    return ((await cpu()) - before) / count;
  };
  const countTrips = makeTripsOf(proxy);
  const tripsOf = (work: (port: number) => Promise<unknown>, count: number) =>
    countTrips(() => work(counted.port), count);

  /** Bare hashes in the handlers' process, right beside the flow that is compared with them. */
  const bareHashMs = () => cpuOf(HASHES, () => measured.ask({ ask: 'hashes', count: HASHES }));
  const bareSignatureMs = () => cpuOf(SIGNATURES, () => measured.ask({ ask: 'signatures', count: SIGNATURES }));
  await bareHashMs(); // warm
  await bareSignatureMs();
  const empty = () => send(measured.port, { method: 'GET', path: '/empty' }, 200);
  await runLoad(1000, AT_ONCE, empty);
  const gatewayMs = await cpuOf(2000, () => runLoad(2000, AT_ONCE, empty));

  const seed = makeSeed(
    tables,
    await openKeyring({
      config: { keyring: process.env[KEYRING_VARIABLE] ?? null },
      clock: systemClock,
      log: () => undefined,
      upkeep: makeUpkeep(),
    }),
  );
  const signIns = makeSignIns(seed, measured.port);

  const rows: Row[] = [];
  const scenarios = [...scenariosOf(seed, signIns.signIn), ...twoFactorScenariosOf(seed, signIns)];
  for (const { flow, count, status, aimMs, hashes, signatures = 0, requests = 1, prepare } of scenarios) {
    say(`${flow} …`);
    const warmUp = Math.ceil(count * WARM_UP);
    const operationOf = await prepare(warmUp + count + COUNTED_CALLS);
    const operate = async (port: number, index: number): Promise<void> => {
      const { followUp, ...request } = operationOf(index);
      const answer = await send(port, request, status);
      if (followUp) await send(port, followUp(answer), status);
    };
    await runLoad(warmUp, AT_ONCE, (index) => operate(measured.port, index));
    const bareMs = async () => ({
      hash: hashes > 0 ? await bareHashMs() : 0,
      sign: signatures > 0 ? signatures * (await bareSignatureMs()) : 0,
    });
    const before = await bareMs();
    let load = { opsPerSecond: 0, p50Ms: 0, p99Ms: 0 };
    const cpuMs = await cpuOf(count, async () => {
      load = await runLoad(count, AT_ONCE, (index) => operate(measured.port, warmUp + index));
    });
    const after = await bareMs();
    const [hashMs, signMs] = [(before.hash + after.hash) / 2, (before.sign + after.sign) / 2];
    const trips = await tripsOf(
      (port) => runLoad(COUNTED_CALLS, 1, (index) => operate(port, warmUp + count + index)),
      COUNTED_CALLS,
    );
    rows.push({ flow, ...load, requests, cpuMs, aimMs, hashMs, signMs, ...trips });
  }
  say('refresh-session …');
  rows.push(await measureRefresh({ ...signIns, port: measured.port, cpuOf, tripsOf }));
  say('deliver-messages …');
  const deliverBy = (handlers: typeof measured) => (partitionKeys: readonly string[]) =>
    handlers.ask({ ask: 'deliver', partitionKeys });
  rows.push(
    await measureMails({
      intent: seed.recoveryMail,
      deliver: deliverBy(measured),
      cpuOf,
      tripsOf: (keys) =>
        countTrips(() => runLoad(keys.length, 1, (i) => deliverBy(counted)([keys[i] ?? ''])), keys.length),
    }),
  );

  printFlows({ rows, gatewayMs });
  if (process.argv.includes('--save')) await saveMeasured({ rows, gatewayMs });
  say('cold starts …');
  printColdStarts(
    await measureColdStarts(
      Object.values(manifest).map(({ flow }) => flow),
      scratch,
    ),
  );
} finally {
  for (const child of children) child.kill();
  ses.close();
  await proxy.close();
  await embedded.close();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
