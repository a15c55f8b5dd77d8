import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT_FOLDER } from './places.ts';

const run = promisify(execFile);

/** Builds what is deployed: the bundles of the functions, in `dist/`. @throws Error with what the build wrote */
export const buildBundles = async (): Promise<void> => {
  await run(process.execPath, ['scripts/build.ts'], { cwd: ROOT_FOLDER });
};
