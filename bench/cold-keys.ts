// How long a verifier waits for the keys where it meets no running function: npx node bench/cold-keys.ts
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeService } from '../functions/describe-service/contract.ts';
import { memoryMiBOf } from '../infra/sizing.ts';
import { ensureKeyringFile } from '../local/keyring-file.ts';
import { KEYRING_VARIABLE, METRICS_VARIABLE, SETTINGS_VARIABLE } from '../shared/settings/config.ts';
import { CREDENTIALS } from './stage.ts';
import { medianOf } from './statistics.ts';

const ROUNDS = 15;

/** @see API Gateway quotas for HTTP APIs, "Timeout for JSON Web Key Set endpoint" */
const QUOTA_MS = 1500;
/** Memory at which Lambda gives one whole core. @see Lambda developer guide, "Configure Lambda function memory" */
const MIB_PER_CORE = 1769;

const BUNDLE = fileURLToPath(new URL('../dist/describe-service/index.js', import.meta.url));
const EVENT = new URL('../test/events/describe-service/jwks.json', import.meta.url);
const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Keyring-AbCdEf';

/** Loads the bundle and answers once, in a process of its own, its start included. */
const SCRIPT = `const {handler}=require(${JSON.stringify(BUNDLE)});
handler(JSON.parse(process.env.EVENT),{awsRequestId:'cold',getRemainingTimeInMillis:()=>10000}).then(({statusCode})=>{
  const {user,system}=process.cpuUsage();
  process.stderr.write(JSON.stringify({statusCode,elapsedMs:performance.now(),cpuMs:(user+system)/1000}));
  process.exit(0);
});`;

interface ColdAnswer {
  statusCode: number;
  elapsedMs: number;
  cpuMs: number;
}

const folder = await mkdtemp(join(tmpdir(), 'keyturn-cold-'));
try {
  const keyringFile = join(folder, 'keyring.json');
  await ensureKeyringFile(keyringFile, { beforeMaking: async () => undefined });
  const SecretString = await readFile(keyringFile, 'utf8');
  const secrets = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ ARN: SECRET_ARN, SecretString }));
  });
  await new Promise<void>((resolve) => secrets.listen(0, '127.0.0.1', resolve));
  const { port } = secrets.address() as AddressInfo;

  const file = join(folder, 'cold.cjs');
  await writeFile(file, SCRIPT);
  const env = {
    PATH: process.env.PATH ?? '',
    ...CREDENTIALS,
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    [KEYRING_VARIABLE]: SECRET_ARN,
    [METRICS_VARIABLE]: 'Keyturn/bench',
    [SETTINGS_VARIABLE]: JSON.stringify({
      productName: 'Bookshelf',
      sender: 'no-reply@bookshelf.example',
      publicUrl: 'https://auth.bookshelf.example',
    }),
    EVENT: await readFile(EVENT, 'utf8'),
  };
  const answers: ColdAnswer[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { stderr } = await promisify(execFile)(process.execPath, [file], { env });
    const answer = JSON.parse(stderr) as ColdAnswer;
    if (answer.statusCode !== 200) throw new Error(`the keys were answered ${answer.statusCode}`);
    answers.push(answer);
  }
  secrets.close();

  const cpuMs = medianOf(answers.map((answer) => answer.cpuMs));
  const elapsedMs = medianOf(answers.map((answer) => answer.elapsedMs));
  const stretchedMs = cpuMs * (MIB_PER_CORE / memoryMiBOf(describeService));
  process.stdout.write(
    `from the start of the process to the keys: ${elapsedMs.toFixed(0)} ms here, ${cpuMs.toFixed(0)} ms of CPU; with the function's share of a core ${stretchedMs.toFixed(0)} ms, ` +
      `${(stretchedMs / QUOTA_MS).toFixed(2)} of the ${QUOTA_MS} ms that API Gateway's JWT authorizers wait\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
