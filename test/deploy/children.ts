import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Running processes, each with the id to signal: its own, or its group's (negative). */
const running = new Map<ChildProcess, number>();

const remember = (child: ChildProcess, recipient: 1 | -1): ChildProcess => {
  if (child.pid !== undefined) running.set(child, child.pid * recipient);
  child.once('exit', () => running.delete(child));
  return child;
};

/** Starts a program in this process's group, so that it ends with the group. */
export const spawnChild = (command: string, parameters: readonly string[], options: SpawnOptions): ChildProcess =>
  remember(spawn(command, parameters, options), 1);

/** Starts a program in a group of its own, so that its descendants end with it. */
export const spawnGroup = (command: string, parameters: readonly string[], options: SpawnOptions): ChildProcess =>
  remember(spawn(command, parameters, { ...options, detached: true }), -1);

/** Kills a process or group and waits for its end. Does nothing if it has ended. */
export const endChild = async (child: ChildProcess): Promise<void> => {
  const recipient = running.get(child);
  if (recipient === undefined) return;
  const exited = once(child, 'exit');
  process.kill(recipient, 'SIGKILL'); // none of them has data to lose
  await exited;
};

/** Ends all running children. */
export const endAllChildren = async (): Promise<void> => {
  await Promise.all([...running.keys()].map(endChild));
};
