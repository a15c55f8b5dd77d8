import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { findPage } from '../../web/find-page.ts';

/** The pages as deployed: bundled and minified, with the script's source text. */
export const bundleFindPage = async (): Promise<typeof findPage> => {
  const folder = await mkdtemp(join(tmpdir(), 'pages-'));
  try {
    const outfile = join(folder, 'find-page.cjs');
    await build({
      entryPoints: [fileURLToPath(new URL('../../web/find-page.ts', import.meta.url))],
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
    });
    return (createRequire(import.meta.url)(outfile) as { findPage: typeof findPage }).findPage;
  } finally {
    await rm(folder, { recursive: true });
  }
};
