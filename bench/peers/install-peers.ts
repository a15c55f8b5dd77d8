import { statSync } from 'node:fs';
import { join } from 'node:path';
import { spawnNpm } from '../against/install-modules.ts';

const changedAtMs = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether a folder has what its lock file says; npm notes in its own file when it last installed. */
const isInstalled = (folder: string): boolean =>
  changedAtMs(join(folder, 'node_modules/.package-lock.json')) > changedAtMs(join(folder, 'package-lock.json'));

/**
 * Installs the peers' packages from the lock file of their folder, with npm's own progress. No script of theirs runs.
 *
 * @throws Error where npm fails
 */
export const installPeers = async (folder: string, say: (line: string) => void): Promise<void> => {
  if (isInstalled(folder)) return;
  say('installing the packages of bench/peers …');
  const child = spawnNpm(folder, ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], 'inherit');
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new Error('npm ci failed in bench/peers: it needs the network the first time, or its cache')),
    );
  });
};
