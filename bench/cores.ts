import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Reads a list of cores as Linux writes it: `0-2,7` is 0, 1, 2 and 7. */
export const parseCoreList = (text: string): number[] =>
  text
    .trim()
    .split(',')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });

/** The cores that this process may use; a container may have been given others than the first. */
const allowedCores = (): number[] => {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (list !== undefined) return parseCoreList(list);
  } catch {
    // There is no /proc on other systems.
  }
  return Array.from({ length: availableParallelism() }, (_, index) => index);
};

const allowed = allowedCores();
const [first = 0, second = first] = allowed;
const hasTaskset = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** Who runs where: what is measured has a core of its own, if there are two. */
export const CORES = { measured: [first], load: [second], all: allowed } as const;

/** A command line that runs another on certain cores; where there is no taskset, anywhere. */
export const onCores = (cores: readonly number[], command: readonly string[]): [file: string, ...args: string[]] => {
  const [file = '', ...args] = hasTaskset ? ['taskset', '-c', cores.join(','), ...command] : command;
  return [file, ...args];
};

/** Moves this process to certain cores; what it starts from then on begins there. */
export const moveTo = (cores: readonly number[]): void => {
  if (hasTaskset) spawnSync('taskset', ['-acp', cores.join(','), String(process.pid)], { stdio: 'ignore' });
};
