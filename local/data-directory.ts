import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SQLITE_BUSY, type SqliteError } from './database/sqlite-error.ts';
import { fileTrouble } from './file-trouble.ts';

const LOCK_FILE = 'lock';
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

const ANOTHER = 'DATA_DIR=.keyturn-2 npm start';

/** Another process uses the directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';

  constructor({ what }: { what: string }) {
    super(`${what}. Stop it, or give this one a directory of its own: ${ANOTHER}`);
  }
}

/** The directory can't be created or written to; the message says what to do. */
class DataDirectoryUnusable extends Error {
  override readonly name = 'DataDirectoryUnusable';
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * One level at a time: with `recursive`, Node's `mkdirSync` never returns on some file systems that refuse directories.
 */
const makeDirectories = (directory: string): void => {
  if (existsSync(directory)) return;
  if (dirname(directory) !== directory) makeDirectories(dirname(directory));
  try {
    mkdirSync(directory, OWNER_ONLY_DIRECTORY);
  } catch (error) {
    if (!isDirectory(directory)) throw error; // another start has created it meanwhile
  }
};

const openDirectory = (directory: string): string => {
  try {
    makeDirectories(resolve(directory));
    const path = realpathSync(directory);
    const lock = join(path, LOCK_FILE);
    // Only when missing: closing a second descriptor of the file would release the lock, because fcntl locks belong to
    // the process.
    if (!existsSync(lock)) closeSync(openSync(lock, 'a', OWNER_ONLY));
    return path;
  } catch (error) {
    const isFile = statSync(directory, { throwIfNoEntry: false })?.isFile();
    const trouble = isFile ? 'it is a file' : fileTrouble(error);
    throw new DataDirectoryUnusable(`DATA_DIR is ${JSON.stringify(directory)}: ${trouble}. Name another: ${ANOTHER}`);
  }
};

/**
 * Takes SQLite's lock (fcntl) on a file in the directory. The system releases it when the process ends, even by a
 * crash, and it belongs to the inode, so it holds whichever path, link, mount or TMPDIR another process uses.
 */
const takeLock = (path: string, directory: string): DatabaseSync => {
  const lock = new DatabaseSync(join(path, LOCK_FILE), { timeout: 0, open: false });
  try {
    lock.open();
    lock.exec('PRAGMA journal_mode = MEMORY'); // no journal file beside it
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    if (lock.isOpen) lock.close(); // another user's file, or a directory, can't be opened at all
    const { errcode, message } = error as SqliteError;
    if (errcode === SQLITE_BUSY) {
      throw new DataDirectoryInUse({ what: `Another Keyturn works in ${directory}` });
    }
    throw new DataDirectoryUnusable(
      `The lock ${join(path, LOCK_FILE)} can't be taken (${message}). Remove that file if it is not Keyturn's, or name a directory on a local disk: ${ANOTHER}`,
    );
  }
};

/**
 * Creates the data directory, readable by its owner only, and locks it against other services for the life of this
 * process.
 *
 * @throws DataDirectoryInUse, DataDirectoryUnusable
 */
export const openDataDirectory = (directory: string): { path: string; close(): void } => {
  const path = openDirectory(directory);
  const lock = takeLock(path, directory);
  return { path, close: () => lock.close() };
};
