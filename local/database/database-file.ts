import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beginAnew } from '../file-trouble.ts';

/** The file holds password hashes, addresses and numbers. SQLite gives its log and index the same mode. */
const OWNER_ONLY = 0o600;

/** Checking a larger file would delay the start; its damage shows when the page is read. */
const CHECKED_MAX_BYTES = 256 * 1024 * 1024;

/** SQLite's result codes for damage. @see https://www.sqlite.org/rescode.html */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** The file is no readable database; the message says what to do. It was not changed. */
export class DatabaseDamaged extends Error {
  override readonly name = 'DatabaseDamaged';

  constructor({ databaseFile, reason }: { databaseFile: string; reason: string }) {
    super(
      `The database ${databaseFile} is damaged (${reason}). It is left as it is. Put a copy of the data directory in its place, or begin anew: ${beginAnew(dirname(databaseFile))}`,
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
    const { errcode, message } = error as Error & { errcode?: number };
    if (errcode === SQLITE_CORRUPT || errcode === SQLITE_NOTADB) return message;
    return null; // no damage, for example a lock held by another program
  }
};

/**
 * Makes sure that the file exists, is readable by its owner only, and is a database.
 *
 * @throws DatabaseDamaged, or the error of node:fs
 */
export const prepareDatabaseFile = (databaseFile: string): void => {
  closeSync(openSync(databaseFile, 'a', OWNER_ONLY));
  chmodSync(databaseFile, OWNER_ONLY); // the file may predate this mode
  const reason = statSync(databaseFile).size > CHECKED_MAX_BYTES ? null : damageOf(databaseFile);
  if (reason !== null) throw new DatabaseDamaged({ databaseFile, reason });
};
