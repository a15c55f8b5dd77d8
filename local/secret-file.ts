import { existsSync, writeFileSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/** Makes sure that a file has a secret, readable by its owner alone. One that is there stays. @param makeSecret gives it, of one line */
export const ensureSecretFile = (path: string, makeSecret: () => string): void => {
  if (!existsSync(path)) writeFileSync(path, `${makeSecret()}\n`, { mode: OWNER_ONLY });
};
