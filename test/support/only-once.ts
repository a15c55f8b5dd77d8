import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_AGAIN_MS = 100;

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Whether this process now holds the lock. @param lock a file that names the process that holds it */
const take = async (lock: string): Promise<boolean> => {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch {
    // A run that was killed must not keep all later ones waiting.
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder > 0 && !isRunning(holder)) await rm(lock, { force: true });
    return false;
  }
};

/**
 * Does something that several suites need, unless it is done. Of those that ask at the same time one does it and the others wait.
 *
 * @param lock a file that names the process that is at it, in a folder that is there
 */
export const onlyOnce = async ({
  lock,
  isDone,
  work,
}: {
  lock: string;
  isDone: () => boolean;
  work: () => Promise<unknown>;
}): Promise<void> => {
  while (!isDone()) {
    if (!(await take(lock))) {
      await wait(LOOK_AGAIN_MS);
      continue;
    }
    try {
      if (!isDone()) await work();
    } finally {
      await rm(lock, { force: true });
    }
  }
};
