import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory of a flow's bundle in this package.
 *
 * @throws Error where it has not been built
 */
export const bundleOf = (flow: string): string => {
  const root = fileURLToPath(new URL('.', import.meta.resolve('keyturn/package.json')));
  const folder = join(root, 'dist', flow);
  if (!existsSync(join(folder, 'index.js')))
    throw new Error(`There is no bundle of ${flow}: run "npm run build" first.`);
  return folder;
};
