import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotCompare } from './cannot-compare.ts';

/** A commit, with what reports print of it. */
export interface Commit {
  sha: string;
  /** The first line of its message. */
  subject: string;
}

const ABBREVIATED = 10;

/** The abbreviated hash. */
export const shortName = ({ sha }: Pick<Commit, 'sha'>): string => sha.slice(0, ABBREVIATED);

/** @returns git's output, or `null` where it failed */
const git = (root: string, args: readonly string[], environment: Record<string, string> = {}): string | null => {
  const env = { ...process.env, ...environment };
  const { error, status, stdout } = spawnSync('git', args, { cwd: root, env, encoding: 'utf8' });
  if (error) throw new CannotCompare('--against needs git, which is not installed or not on the PATH.', 2);
  return status === 0 ? stdout.trim() : null;
};

/**
 * Finds a commit of a repository.
 *
 * @param ref as git understands it
 * @throws CannotCompare
 */
export const findCommit = (root: string, ref: string): Commit => {
  if (git(root, ['rev-parse', '--is-inside-work-tree']) !== 'true') {
    throw new CannotCompare(`--against needs a clone of the repository; ${root} is none.`, 2);
  }
  const sha = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (sha === null) {
    const isShallow = git(root, ['rev-parse', '--is-shallow-repository']) === 'true';
    const help = isShallow ? ' The clone is shallow: git fetch --unshallow gets the rest.' : '';
    throw new CannotCompare(`--against: ${JSON.stringify(ref)} is no commit here.${help}`, 2);
  }
  return { sha, subject: git(root, ['log', '-1', '--format=%s', sha]) ?? '' };
};

/** Counts files of the working tree that differ from its commit, untracked ones that git doesn't ignore included. */
export const countUncommitted = (root: string): number =>
  (git(root, ['status', '--porcelain']) ?? '').split('\n').filter((line) => line !== '').length;

/** Writes the files of a commit into a directory. @throws CannotCompare */
export const writeFiles = ({ root, commit, into }: { root: string; commit: Commit; into: string }): void => {
  // An index of its own leaves the working tree and its staged changes alone.
  const index = { GIT_INDEX_FILE: join(into, '.git-index') };
  mkdirSync(into, { recursive: true });
  const isWritten =
    git(root, ['read-tree', commit.sha], index) !== null &&
    git(root, ['checkout-index', '--all', `--prefix=${into}/`], index) !== null;
  if (!isWritten) throw new CannotCompare(`git could not write the files of ${shortName(commit)} into ${into}.`, 1);
};

const TARGET = 'bench/target.ts';

/** Programs for commits older than {@link TARGET}, each with files by which a checkout that it fits is known. */
const ADAPTERS: readonly { file: string; fits: readonly string[] }[] = [
  {
    file: 'before-target.mjs',
    fits: ['bench/handler-process.ts', 'local/load-handlers.ts', 'shared/config/config.ts'], // where those commits had them
  },
];

/**
 * Finds the program of a checkout that speaks the protocol: its own or, for an older commit, an adapter that is copied
 * into it.
 *
 * @throws CannotCompare
 */
export const programOf = (checkout: string, commit: Pick<Commit, 'sha'>): string => {
  const has = (file: string): boolean => existsSync(join(checkout, file));
  if (has(TARGET)) return join(checkout, TARGET);
  const adapter = ADAPTERS.find(({ fits }) => fits.every(has));
  if (!adapter) {
    throw new CannotCompare(
      `${shortName(commit)} has no ${TARGET}, and is like none of the older commits that bench/against/adapters is for.`,
      2,
    );
  }
  const program = join(checkout, 'bench/target.mjs');
  copyFileSync(fileURLToPath(new URL(`adapters/${adapter.file}`, import.meta.url)), program);
  return program;
};

/** The Node installed in the checkout, or else the running one. */
export const nodeOf = (checkout: string): string => {
  const own = join(checkout, 'node_modules/node/bin/node');
  return existsSync(own) ? own : process.execPath;
};
