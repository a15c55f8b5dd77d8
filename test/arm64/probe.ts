/**
 * Runs in the emulated process, bundled as a flow is: loads every bundle, then hashes with each library. It prints what it found as the last
 * line; what the bundles log at their cold start comes before it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { type Argon2, loadArgon2, loadFastArgon2, loadReferenceArgon2 } from '../../shared/account/argon2.ts';
import { makePasswordHasher } from '../../shared/account/password-hasher.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import type { Found, Given } from './found.ts';

/** A cold start reads the keyring and loads a library; emulated it takes a second. */
const COLD_START_MS = 5_000;

const require = createRequire(__filename);
const given = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Given;

const load = (file: string): string => {
  try {
    return typeof (require(file) as { handler?: unknown }).handler;
  } catch (error) {
    return String(error);
  }
};

const verify = async (argon2: Argon2): Promise<Found['verified'][number]> => {
  const hasher = makePasswordHasher({ argon2, parameters: given.parameters, randomness: csprng });
  const [right, wrong] = [
    await hasher.verify(given.phc, given.password),
    await hasher.verify(given.phc, `${given.password}!`),
  ];
  return { library: argon2.library, right, wrong };
};

const probe = async (): Promise<Found> => {
  const loaded = Object.fromEntries(Object.entries(given.bundles).map(([flow, file]) => [flow, load(file)]));
  await setTimeout(COLD_START_MS);
  return {
    architecture: process.arch,
    node: process.version,
    loaded,
    taken: (await loadArgon2()).library,
    verified: [await verify(await loadFastArgon2()), await verify(await loadReferenceArgon2())],
  };
};

void probe().then((found) => process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0)));
