import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beginAnew } from '../file-trouble.ts';
import { SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB, type SqliteError } from './sqlite-error.ts';

/** The file holds password hashes, addresses and numbers. SQLite gives its log and index the same mode. */
const OWNER_ONLY = 0o600;

/** Checking a larger file would delay the start; its damage shows when the page is read. */
const CHECKED_MAX_BYTES = 256 * 1024 * 1024;

const LOST_DATABASE = 'but the keyring beside it is there, which is made after the tables';

/** The database's file can't be read as one, or has lost all that was in it; the message says what to do, and nothing was changed. */
export class DatabaseDamaged extends Error {
  override readonly name = 'DatabaseDamaged';

  constructor({ databaseFile, state = 'damaged', reason }: { databaseFile: string; state?: string; reason: string }) {
    super(
      `The database ${databaseFile} is ${state} (${reason}). It is left as it is. Put a copy of the data directory in its place, or begin anew: ${beginAnew(dirname(databaseFile))}`,
    );
  }
}

/** What SQLite's quick check finds wrong; `null` where the file is sound. */
const damageOf = (databaseFile: string): string | null => {
  try {
    const database = new DatabaseSync(databaseFile, { readOnly: true });
    try {
      const [first] = database.prepare('PRAGMA quick_check(1)').all();
      const found = String(first?.quick_check);
      return found === 'ok' ? null : found.replace(/^\*+ in database main \*+\s*/, '');
    } finally {
      database.close();
    }
  } catch (error) {
    const { errcode, message } = error as SqliteError;
    if (errcode === SQLITE_CORRUPT || errcode === SQLITE_NOTADB) return message;
    return null; // no damage, for example a lock held by another program
  }
};

/** SQLite takes no file, and one of 0 bytes, for a new database. */
const lossOf = (databaseFile: string): 'missing' | 'empty' | null => {
  const bytes = statSync(databaseFile, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return 'missing';
  return bytes === 0 ? 'empty' : null;
};

/**
 * Whether another process has the database open, as a service does for as long as it runs: SQLite in WAL mode keeps a shared lock on the
 * file itself. @see https://www.sqlite.org/lockingv3.html
 */
export const isOpenElsewhere = (databaseFile: string): boolean => {
  const database = new DatabaseSync(databaseFile, { timeout: 0, open: false });
  try {
    database.open();
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch (error) {
    return (error as SqliteError).errcode === SQLITE_BUSY; // anything else the database itself says better
  } finally {
    if (database.isOpen) database.close();
  }
};

/**
 * Makes sure that the file is there, that only its owner reads it, and that it is a database.
 *
 * @param hadTables says whether there must be a database already: then none is made in place of one that is gone
 * @throws DatabaseDamaged, or the error of node:fs
 */
export const prepareDatabaseFile = (databaseFile: string, hadTables: () => boolean): void => {
  const loss = hadTables() ? lossOf(databaseFile) : null;
  if (loss !== null) throw new DatabaseDamaged({ databaseFile, state: loss, reason: LOST_DATABASE });
  closeSync(openSync(databaseFile, 'a', OWNER_ONLY));
  chmodSync(databaseFile, OWNER_ONLY); // the file may predate this mode
  const reason = statSync(databaseFile).size > CHECKED_MAX_BYTES ? null : damageOf(databaseFile);
  if (reason !== null) throw new DatabaseDamaged({ databaseFile, reason });
};
