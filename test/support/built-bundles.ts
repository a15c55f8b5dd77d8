import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { onlyOnce } from './only-once.ts';

const contracts: readonly Contract[] = Object.values(manifest);

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Beside what is built, so that two checkouts don't wait for each other. */
const LOCK = `${root}node_modules/.keyturn-build.lock`;

/** Makes sure that dist/ has a bundle of every flow. */
export const builtBundles = (): Promise<void> =>
  onlyOnce({
    lock: LOCK,
    isDone: () => contracts.every(({ flow }) => existsSync(`${root}dist/${flow}/index.js`)),
    work: () => promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: root }),
  });
