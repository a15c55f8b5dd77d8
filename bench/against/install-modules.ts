import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { CannotCompare } from './cannot-compare.ts';

const KEPT = 'modules-';
const RUN = 'run-';

/** Each `node_modules` takes some hundred megabytes. */
const MOST_KEPT = 3;

const LAST_LINES = 8;

/** Directory of the checkouts and, between runs, of their `node_modules`. */
export const cacheDirectory = (environment: NodeJS.ProcessEnv): string =>
  join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'keyturn-bench');

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A new directory for a checkout in the cache; removes those of killed runs. */
export const makeRunDirectory = (cache: string): string => {
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith(RUN))) {
    if (!isRunning(Number(name.split('-')[1]))) rmSync(join(cache, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(cache, `${RUN}${process.pid}-`));
};

/** Path in the cache for the dependencies of a lock file on one kind of machine. */
const keptAs = (cache: string, checkout: string): string => {
  const lock = join(checkout, 'package-lock.json');
  if (!existsSync(lock)) throw new CannotCompare('The other commit has no package-lock.json to install from.', 2);
  const hash = createHash('sha256');
  for (const text of [readFileSync(lock), process.platform, process.arch]) hash.update(text);
  return join(cache, `${KEPT}${hash.digest('hex').slice(0, 16)}`);
};

const removeOldest = (cache: string): void => {
  const kept = readdirSync(cache)
    .filter((entry) => entry.startsWith(KEPT))
    .map((entry) => ({ path: join(cache, entry), usedAtMs: statSync(join(cache, entry)).mtimeMs }))
    .toSorted((a, b) => b.usedAtMs - a.usedAtMs);
  for (const { path } of kept.slice(MOST_KEPT)) rmSync(path, { recursive: true, force: true });
};

/** Variables by which npm describes the project that started this run; the other checkout must not inherit them. */
const OF_THIS_PROJECT = /^(?:npm_(?:package|lifecycle)_|npm_config_local_prefix$|npm_command$|INIT_CWD$)/;

/** Starts npm in a folder that is a project of its own. */
export const spawnNpm = (cwd: string, npmArguments: readonly string[], output: 'pipe' | 'inherit'): ChildProcess => {
  const { npm_execpath: npm, ...environment } = process.env;
  const [file, ...rest] = npm === undefined ? ['npm', ...npmArguments] : [process.execPath, npm, ...npmArguments];
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !OF_THIS_PROJECT.test(name)));
  return spawn(file, rest, { cwd, env, stdio: ['ignore', output, output] });
};

/** Installs exactly what the lock file of a checkout says. @throws CannotCompare */
export const npmCi = (checkout: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawnNpm(checkout, ['ci', '--prefer-offline', '--no-audit', '--no-fund'], 'pipe');
    let written = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        written += part;
      });
    }
    const fail = (): void => {
      const end = written.trim().split('\n').slice(-LAST_LINES).join('\n');
      const help = "It needs the network, or npm's own cache, whenever a lock file is new to this machine.";
      reject(new CannotCompare(`npm ci of the other commit failed. ${help}\n\n${end}`, 1));
    };
    child.on('error', fail).on('exit', (code) => (code === 0 ? resolve() : fail()));
  });

/**
 * Gives a checkout the dependencies of its own lock file: cached ones of an earlier run, or newly installed ones. They
 * are moved, not linked, so that all paths are as in any checkout, and two runs at the same time can't share them.
 *
 * @param install installs them into `node_modules`
 * @returns moves them back into the cache; it may be called while the process ends
 */
export const installModules = async ({
  cache,
  checkout,
  install,
}: {
  cache: string;
  checkout: string;
  install: (checkout: string) => Promise<void>;
}): Promise<() => void> => {
  const kept = keptAs(cache, checkout);
  const inUse = join(checkout, 'node_modules');
  try {
    renameSync(kept, inUse);
  } catch {
    await install(checkout); // not cached, or in use by another run
  }
  return () => {
    if (!existsSync(inUse) || existsSync(kept)) return;
    utimesSync(inUse, systemClock.nowSeconds(), systemClock.nowSeconds());
    renameSync(inUse, kept);
    removeOldest(cache);
  };
};
