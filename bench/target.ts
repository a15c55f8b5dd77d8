/** This commit as the benchmark sees it: the bundled handlers behind the laptop's gateway. See protocol.ts. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as manifest from '../functions/manifest.ts';
import { startGateway } from '../local/gateway/start-gateway.ts';
import { loadHandlers } from '../local/load-handlers.ts';
import { TODAYS_KIND } from '../shared/account/phc-string.ts';
import type { Contract, TableName } from '../shared/contract/contract.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import {
  CONFIGURATION_SET_VARIABLE,
  DEAD_LETTERS_VARIABLE,
  environmentVariablesOf,
  KEYRING_VARIABLE,
  METRICS_VARIABLE,
  SETTINGS_VARIABLE,
  TABLE_VARIABLES,
} from '../shared/settings/config.ts';
import { insertOf } from '../test/support/outbox-stream.ts';
import { cpu, memory } from './process-usage.ts';
import { type Answers, type Greeting, type Place, PROTOCOL_VERSION, type Question, type Work } from './protocol.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const contracts: readonly Contract[] = Object.values(manifest);

const bundleOf = (flow: string): string => join(root, 'dist', flow, 'index.js');

const HUGE = { max: 1_000_000, windowSeconds: 3600 };
const unlimited = { perIdentifier: HUGE, perSource: HUGE, global: HUGE };
const SETTINGS = {
  productName: 'Bench',
  sender: 'no-reply@bench.example',
  publicUrl: 'https://bench.example',
  limits: {
    signUp: unlimited,
    signIn: unlimited,
    requestRecovery: unlimited,
    requestSignInLink: { perSource: HUGE, global: HUGE },
    requestVerification: unlimited,
    accountVerification: unlimited,
    ownerVerification: unlimited,
  },
  // Filled accounts are copies of others, whose apps have no device token to send.
  signIn: { newDeviceCheck: false },
};

const keyringFile = ({ scratch }: Place): string => join(scratch, 'keyring.json');

const tablesOf = async ({ tablePrefix }: Place) => (await import('../local/create-tables.ts')).localTables(tablePrefix);

/** The environment of every function. */
const environmentOf = async (place: Place): Promise<Record<string, string>> => {
  const tables = await tablesOf(place);
  const names = (Object.keys(tables) as TableName[]).map((table) => [TABLE_VARIABLES[table], tables[table]]);
  return {
    // For flows that no load calls: a bundle refuses to load without all of its variables.
    ...Object.fromEntries(
      contracts.flatMap((one) => environmentVariablesOf(one, {})).map((name) => [name, 'https://bench.example']),
    ),
    ...Object.fromEntries(names),
    [METRICS_VARIABLE]: 'Keyturn/bench',
    [CONFIGURATION_SET_VARIABLE]: 'bench',
    [DEAD_LETTERS_VARIABLE]: pathToFileURL(join(place.scratch, 'dead-letters.jsonl')).href,
    [KEYRING_VARIABLE]: pathToFileURL(keyringFile(place)).href,
    [SETTINGS_VARIABLE]: JSON.stringify(SETTINGS),
  };
};

/** Without the check of budgets: a bundle that is too large is measured all the same. */
const build = async (): Promise<null> => {
  const startedAtMs = systemClock.nowMs();
  spawnSync(process.execPath, [join(root, 'scripts/build.ts'), '--for-this-machine'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const missing = contracts.filter(({ flow }) => {
    const builtAtMs = statSync(bundleOf(flow), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return builtAtMs < startedAtMs;
  });
  if (missing.length > 0) throw new Error(`the build made no bundle of ${missing.map(({ flow }) => flow).join(', ')}`);
  return null;
};

// Imports that some questions need are loaded on demand: the process whose memory is measured is not asked those.
const prepare = async (place: Place): Promise<Answers['prepare']> => {
  const { createTables } = await import('../local/create-tables.ts');
  const { ensureKeyringFile } = await import('../local/keyring-file.ts');
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  await Promise.all([
    createTables(new DynamoDBClient({}), await tablesOf(place)),
    ensureKeyringFile(keyringFile(place)),
  ]);
  const environment = await environmentOf(place);
  return { functions: contracts.map(({ flow }) => ({ name: flow, file: bundleOf(flow), environment })) };
};

let outbox = '';
let consumers: Awaited<ReturnType<typeof loadHandlers>>['consumers'] = [];

const serve = async (place: Place): Promise<Answers['serve']> => {
  Object.assign(process.env, await environmentOf(place));
  outbox = (await tablesOf(place)).outbox;
  const loaded = await loadHandlers(async ({ flow }) => (require(bundleOf(flow)) as { handler: unknown }).handler);
  consumers = loaded.consumers;
  const empty = { method: 'GET', path: '/empty', target: async () => ({ statusCode: 200, body: '{}' }) };
  const { port } = await startGateway({ port: 0, routes: [...loaded.routes, empty], allowedOrigins: [] });
  return { port };
};

const bareHash = async (): Promise<() => Promise<unknown>> => {
  const { loadArgon2 } = await import('../shared/account/argon2.ts');
  const { digest } = await loadArgon2();
  const parameters = { memoryKiB: 19_456, iterations: 2, parallelism: 1 };
  const salt = Buffer.alloc(16);
  return () => digest({ kind: TODAYS_KIND, parameters, salt, password: 'correct horse battery', digestBytes: 32 });
};

/** Signs with a key of the keyring's kind a text as long as the claims of an access token. */
const bareSignature = async (): Promise<() => Promise<unknown>> => {
  const { makeKeyringMaterial } = await import('../shared/keyring/keyring-material.ts');
  const { csprng } = await import('../shared/primitives/randomness.ts');
  const { makePrivateKeys, signRs256 } = await import('../shared/keyring/rs256.ts');
  const { privateKey } = await makeKeyringMaterial({ randomness: csprng }).signingKey();
  const key = makePrivateKeys()(privateKey);
  const unsigned = 'x'.repeat(450);
  return async () => signRs256(unsigned, key);
};

const MAKE_WORK = { hash: bareHash, signature: bareSignature };
const made = new Map<Work, () => Promise<unknown>>();

const work = async (what: Work, count: number): Promise<null> => {
  const one = made.get(what) ?? (await MAKE_WORK[what]());
  made.set(what, one);
  // Two at once, as the hasher runs them: they share the caches, which is part of a hash's cost.
  for (let done = 0; done < count; done += 2) await Promise.all([one(), one()]);
  return null;
};

const collected = new Set<string>();

const collect = async (): Promise<Answers['collect']> => {
  const { DynamoDBClient, paginateScan } = await import('@aws-sdk/client-dynamodb');
  const messages: string[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: new DynamoDBClient({}) },
    { TableName: outbox, ProjectionExpression: 'pk' },
  )) {
    for (const { pk } of Items) if (pk?.S !== undefined && !collected.has(pk.S)) messages.push(pk.S);
  }
  for (const pk of messages) collected.add(pk);
  return { messages };
};

const deliver = async (messages: readonly unknown[]): Promise<null> => {
  const Records = messages.map((pk, index) => insertOf(pk, String(index)));
  for (const { handler } of consumers) {
    const { batchItemFailures } = await handler({ Records });
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages were not delivered`);
  }
  return null;
};

const answerTo = async (question: Question): Promise<Answers[Question['ask']]> => {
  switch (question.ask) {
    case 'build':
      return build();
    case 'prepare':
      return prepare(question.place);
    case 'serve':
      return serve(question.place);
    case 'cpu':
      return cpu();
    case 'memory':
      return memory();
    case 'work':
      return work(question.what, question.count);
    case 'collect':
      return collect();
    case 'deliver':
      return deliver(question.messages);
  }
};

process.on('message', (question: Question) => {
  answerTo(question).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
const greeting: Greeting = { protocol: PROTOCOL_VERSION };
process.send?.(greeting);
