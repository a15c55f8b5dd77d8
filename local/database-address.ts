import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE_NAME = 'database-address';
const OWNER_ONLY = 0o600;

/** No service runs with this data directory; the message says what to do. */
class NoRunningService extends Error {
  override readonly name = 'NoRunningService';
}

/**
 * Writes where the database of a running service is reached, for the commands of the same user. The address is a secret: it lies beside the
 * keyring and the database's own file, readable by their owner only, so who can read it has all that it gives anyway (docs/adr/0024).
 *
 * @param dataDirectory of the service, which is locked by it
 * @returns removes the address again
 */
export const writeDatabaseAddress = (dataDirectory: string, endpoint: string): { close(): void } => {
  const path = join(dataDirectory, FILE_NAME);
  rmSync(path, { force: true }); // one that a kill has left could be readable by others
  writeFileSync(path, `${endpoint}\n`, { mode: OWNER_ONLY });
  return { close: () => rmSync(path, { force: true }) };
};

/** @throws NoRunningService */
export const readDatabaseAddress = (dataDirectory: string): string => {
  try {
    return readFileSync(join(dataDirectory, FILE_NAME), 'utf8').trim();
  } catch {
    throw new NoRunningService(`No service runs in ${dataDirectory}: begin one with npm start, or name its DATA_DIR.`);
  }
};
