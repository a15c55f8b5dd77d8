/** SQLite's result codes: a lock that another process holds, and two for damage. @see https://www.sqlite.org/rescode.html */
export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_NOTADB = 26;

/** An error of node:sqlite; `errcode` is absent where SQLite was not asked. */
export type SqliteError = Error & { errcode?: number };
