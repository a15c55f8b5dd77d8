import { fileURLToPath } from 'node:url';
import { type BuildResult, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs it by itself, and gives what the SDK has of CommonJS a `require`: modules have none. */
const BANNER = `#!/usr/bin/env node
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/**
 * Bundles the command that redrives dead letters into one file, for whoever has the package and no checkout. Unlike a function it
 * runs on the operator's machine: with the SDK's whole chain of credentials, and on every Node that package.json admits.
 *
 * @param outfile an absolute path that ends in `.mjs`
 * @returns with the metafile, whose paths begin at the project's root
 */
export const bundleRedrive = (outfile: string): Promise<BuildResult<{ metafile: true }>> =>
  build({
    absWorkingDir: root,
    entryPoints: [`${root}scripts/redrive.ts`],
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
