import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Parses Linux's list format: `0-2,7` is 0, 1, 2 and 7. */
export const parseCoreList = (text: string): number[] =>
  text
    .trim()
    .split(',')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });

/** The cores that this process may use; a container's need not begin at 0. */
const allowedCores = (): number[] => {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (list !== undefined) return parseCoreList(list);
  } catch {
    // Other systems have no /proc.
  }
  return Array.from({ length: availableParallelism() }, (_, index) => index);
};

const allowed = allowedCores();
const [first = 0, second = first] = allowed;
const hasTaskset = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** The measured process gets a core of its own, if there are two. */
export const CORES = { measured: [first], load: [second], all: allowed } as const;

/** A command line that pins a command to certain cores; unpinned where there is no taskset. */
export const onCores = (cores: readonly number[], command: readonly string[]): [file: string, ...args: string[]] => {
  const [file = '', ...args] = hasTaskset ? ['taskset', '-c', cores.join(','), ...command] : command;
  return [file, ...args];
};

/** Moves this process to certain cores; child processes inherit them. */
export const moveTo = (cores: readonly number[]): void => {
  if (hasTaskset) spawnSync('taskset', ['-acp', cores.join(','), String(process.pid)], { stdio: 'ignore' });
};
