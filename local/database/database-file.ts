import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beginAnew } from '../file-trouble.ts';

/** Hashes, addresses and numbers are in it. SQLite gives its log and index the same mode. */
const OWNER_ONLY = 0o600;

/** A larger file would hold up the start; there damage shows when its page is read. */
const CHECKED_MAX_BYTES = 256 * 1024 * 1024;

/** SQLite's result codes for damage. @see https://www.sqlite.org/rescode.html */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** The database's file can't be read as one; the message says what to do, and nothing was changed. */
export class DatabaseDamaged extends Error {
  override readonly name = 'DatabaseDamaged';

  constructor({ databaseFile, reason }: { databaseFile: string; reason: string }) {
    super(
      `The database ${databaseFile} is damaged (${reason}). It is left as it is. Put a copy of the data directory in its place, or begin anew: ${beginAnew(dirname(databaseFile))}`,
    );
  }
}

/** What SQLite finds wrong in the file; `null` where that is nothing. */
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
    const { errcode, message } = error as Error & { errcode?: number };
    if (errcode === SQLITE_CORRUPT || errcode === SQLITE_NOTADB) return message;
    return null; // such as a lock that another program holds: no damage
  }
};

/**
 * Makes sure that the file is there, that nobody but its owner reads it, and that it is a database.
 *
 * @throws DatabaseDamaged, or the error of node:fs
 */
export const prepareDatabaseFile = (databaseFile: string): void => {
  closeSync(openSync(databaseFile, 'a', OWNER_ONLY));
  chmodSync(databaseFile, OWNER_ONLY); // it may be older than this rule
  const reason = statSync(databaseFile).size > CHECKED_MAX_BYTES ? null : damageOf(databaseFile);
  if (reason !== null) throw new DatabaseDamaged({ databaseFile, reason });
};
