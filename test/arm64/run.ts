/**
 * npm run test:arm64: every bundle as it is deployed on arm64, loaded on that processor, and a hash verified with each library. Where the machine
 * has another processor, under QEMU, which needs half a minute.
 */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as manifest from '../../functions/manifest.ts';
import { ensureKeyringFile } from '../../local/keyring-file.ts';
import { bundleFunctions } from '../../scripts/bundle-functions.ts';
import { copyNativeFiles } from '../../scripts/native-files.ts';
import { loadArgon2 } from '../../shared/account/argon2.ts';
import { makePasswordHasher } from '../../shared/account/password-hasher.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { environmentVariablesOf, KEYRING_VARIABLE, SETTINGS_VARIABLE } from '../../shared/settings/config.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { tooNewForLambda } from '../support/glibc-versions.ts';
import type { Found, Given } from './found.ts';
import { nodeForArm64 } from './node-for-arm64.ts';

const LIMIT_MS = 5 * 60_000;
const PROBE = 'probe';
const PASSWORD = 'correct horse battery';
const SETTINGS = {
  productName: 'Arm',
  sender: 'no-reply@arm.example',
  publicUrl: 'https://arm.example',
};

const contracts: readonly Contract[] = Object.values(manifest);
const hashing = contracts.filter((contract) => contract.hashing).map(({ flow }) => flow);

/** A bundle refuses to load without all of its variables. */
const environmentOf = (keyring: string): Record<string, string> => ({
  ...Object.fromEntries(
    contracts.flatMap((one) => environmentVariablesOf(one, {})).map((name) => [name, SETTINGS.publicUrl]),
  ),
  [KEYRING_VARIABLE]: pathToFileURL(keyring).href,
  [SETTINGS_VARIABLE]: JSON.stringify(SETTINGS),
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
});

/** Builds the bundles and the probe. */
const build = async (folder: string): Promise<Given> => {
  await bundleFunctions({ outdir: folder, write: true, others: { [PROBE]: 'test/arm64/probe.ts' } });
  for (const name of [...hashing, PROBE]) await copyNativeFiles(join(folder, name), 'arm64');
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  const { argon2: parameters } = DEFAULTS.passwords;
  const hasher = makePasswordHasher({ argon2: await loadArgon2(), parameters, randomness: csprng });
  const bundles = Object.fromEntries(contracts.map(({ flow }) => [flow, join(folder, flow, 'index.js')]));
  return { bundles, phc: await hasher.hash(PASSWORD), password: PASSWORD, parameters };
};

/** Runs the probe. @returns what it found, and what the bundles logged */
const probe = async (folder: string, given: Given): Promise<{ found: Found; logged: Record<string, unknown>[] }> => {
  const [command = '', ...args] = await nodeForArm64();
  const file = join(folder, 'given.json');
  const keyring = join(folder, 'keyring.json');
  await Promise.all([writeFile(file, JSON.stringify(given)), ensureKeyringFile(keyring)]);
  const { stdout } = await promisify(execFile)(command, [...args, join(folder, PROBE, 'index.js'), file], {
    env: environmentOf(keyring),
    timeout: LIMIT_MS,
  });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { found: lines.at(-1) as unknown as Found, logged: lines.slice(0, -1) };
};

const folder = mkdtempSync(join(tmpdir(), 'keyturn-arm64-'));
const failures: string[] = [];
let passed = 0;
const check = (name: string, holds: boolean, why = ''): void => {
  if (holds) passed += 1;
  else failures.push(`${name} ${why}`);
};

try {
  const { found, logged } = await probe(folder, await build(folder));
  check('the processor is arm64', found.architecture === 'arm64', found.architecture);
  check('Node is the one that is deployed', found.node === process.version, found.node);
  for (const [flow, type] of Object.entries(found.loaded)) check(`${flow} loads:`, type === 'function', type);
  check('no bundle was left out', Object.keys(found.loaded).length === contracts.length);
  const started = logged.filter(({ event }) => event === 'password-hasher');
  check(
    'each flow that hashes says at its cold start what it hashes with:',
    started.length === hashing.length &&
      started.every(({ library, architecture }) => library === '@node-rs/argon2' && architecture === 'arm64'),
    JSON.stringify(logged),
  );
  check('a flow takes the faster library:', found.taken === '@node-rs/argon2', found.taken);
  for (const { library, right, wrong } of found.verified) check(`${library} verifies`, right && !wrong);
  check('both libraries verify', new Set(found.verified.map(({ library }) => library)).size === 2);
  for (const file of globSync('**/*.node', { cwd: folder })) {
    const tooNew = tooNewForLambda(readFileSync(join(folder, file)));
    check(`${file} needs`, tooNew.length === 0, tooNew.join(', '));
  }
} catch (error) {
  failures.push(error instanceof Error ? error.message : String(error));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failures) console.error(failure);
console.log(`${passed} tests passed on arm64, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
