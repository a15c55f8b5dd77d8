import { fileURLToPath } from 'node:url';
import { type BuildResult, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Makes the file executable, and defines `require`, which modules lack and CommonJS parts of the SDK need. */
const BANNER = `#!/usr/bin/env node
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/** The commands of the package, by the names of their entry points: package.json has them in `bin`. */
export const PACKAGE_COMMANDS = [
  'account',
  'after-restore',
  'alarms',
  'doctor',
  'redrive',
  'suppression',
  'upgrade-rows',
] as const;

/**
 * Bundles a command into one file, for operators who have the package and no checkout. Unlike a function it
 * has the SDK's whole credential chain, and runs on every Node that package.json admits.
 *
 * @param command of {@link PACKAGE_COMMANDS}
 * @param outfile an absolute path that ends in `.mjs`
 * @returns with the metafile, whose paths begin at the project's root
 */
export const bundleCommand = (
  command: (typeof PACKAGE_COMMANDS)[number],
  outfile: string,
): Promise<BuildResult<{ metafile: true }>> =>
  build({
    absWorkingDir: root,
    entryPoints: [`${root}scripts/${command}.ts`],
    outfile,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.17',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    legalComments: 'none',
    logLevel: 'warning',
  });
