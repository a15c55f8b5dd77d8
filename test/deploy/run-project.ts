import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT_FOLDER } from './places.ts';

const run = promisify(execFile);

/** Builds the bundles in `dist/`. @throws Error with the build's output */
export const buildBundles = async (): Promise<void> => {
  await run(process.execPath, ['scripts/build.ts', '--for-this-machine'], { cwd: ROOT_FOLDER });
};
