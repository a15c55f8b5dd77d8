import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Somebody else works in the directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
}

const listen = (path: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });

const isAnswered = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/**
 * Makes the data directory, readable by its owner only, and keeps others out of it for as long as this process lives. The
 * lock is a socket that answers: unlike a file with a process id it can't be left behind by a crash.
 *
 * @throws DataDirectoryInUse
 */
export const openDataDirectory = async (directory: string): Promise<{ path: string; close(): void }> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = realpathSync(directory);
  // In the temporary directory, because the path of a socket may only have some hundred characters.
  const lock = join(tmpdir(), `keyturn-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.sock`);

  const acquire = async (): Promise<Server> => {
    try {
      return await listen(lock);
    } catch {
      if (await isAnswered(lock)) {
        throw new DataDirectoryInUse(
          `Another Keyturn works in ${directory}. Stop it, or give this one a directory of its own: DATA_DIR=.keyturn-2 npm start`,
        );
      }
      rmSync(lock, { force: true });
      return listen(lock);
    }
  };

  const server = await acquire();
  server.unref();
  return { path, close: () => void server.close() };
};
