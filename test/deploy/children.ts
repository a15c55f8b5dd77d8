import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What is running, and what a signal has to be sent to: the process, or (negative) its group. */
const running = new Map<ChildProcess, number>();

const remember = (child: ChildProcess, recipient: 1 | -1): ChildProcess => {
  if (child.pid !== undefined) running.set(child, child.pid * recipient);
  child.once('exit', () => running.delete(child));
  return child;
};

/** Starts a program in the group of this process: who ends this one's group ends it too. */
export const spawnChild = (command: string, parameters: readonly string[], options: SpawnOptions): ChildProcess =>
  remember(spawn(command, parameters, options), 1);

/** Starts a program in a process group of its own, so that whatever it starts is ended with it. */
export const spawnGroup = (command: string, parameters: readonly string[], options: SpawnOptions): ChildProcess =>
  remember(spawn(command, parameters, { ...options, detached: true }), -1);

/** Ends what was started, at once, and waits for it. What has ended already is fine. */
export const endChild = async (child: ChildProcess): Promise<void> => {
  const recipient = running.get(child);
  if (recipient === undefined) return;
  const exited = once(child, 'exit');
  process.kill(recipient, 'SIGKILL'); // nothing in there has anything to lose
  await exited;
};

/** Ends everything that is still running. */
export const endAllChildren = async (): Promise<void> => {
  await Promise.all([...running.keys()].map(endChild));
};
