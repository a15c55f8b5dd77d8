import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';

const contracts: readonly Contract[] = Object.values(manifest);

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Holds the id of the process that builds; inside the checkout, so that two checkouts don't wait for each other. */
const LOCK = `${root}node_modules/.keyturn-build.lock`;
const LOOK_AGAIN_MS = 100;

const allThere = (): boolean => contracts.every(({ flow }) => existsSync(`${root}dist/${flow}/index.js`));

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Whether this process now holds the lock. */
const takeLock = async (): Promise<boolean> => {
  try {
    const lock = await open(LOCK, 'wx');
    await lock.writeFile(String(process.pid));
    await lock.close();
    return true;
  } catch {
    // A killed run must not block later ones.
    const holder = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    if (holder > 0 && !isRunning(holder)) await rm(LOCK, { force: true });
    return false;
  }
};

/** Makes sure that dist/ has the bundle of every flow. Of concurrent suites one builds and the others wait. */
export const builtBundles = async (): Promise<void> => {
  while (!allThere()) {
    if (!(await takeLock())) {
      await wait(LOOK_AGAIN_MS);
      continue;
    }
    try {
      if (!allThere()) await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: root });
    } finally {
      await rm(LOCK, { force: true });
    }
  }
};
