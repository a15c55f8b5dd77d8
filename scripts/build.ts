/**
 * Bundles every function of the manifest into dist/<flow>/index.js, ready for Lambda: one esbuild call for all, CommonJS
 * because it loads 20 ms faster than modules, the AWS SDK inside because the runtime's own is slower and changes.
 */
import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/http/contract.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** argon2's native module for Lambda on arm64, and for machines that run the bundles themselves. */
const ARGON2_PREBUILDS = ['linux-arm64/argon2.armv8.glibc.node', 'linux-x64/argon2.glibc.node'];

const contracts: readonly Contract[] = Object.values(manifest);

await rm(`${root}dist`, { recursive: true, force: true });
await build({
  entryPoints: contracts.map(({ flow }) => ({ in: `${root}functions/${flow}/handler.ts`, out: `${flow}/index` })),
  outdir: `${root}dist`,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  // Lambda gives credentials by environment variables; the chain that looks in twelve other places costs 11 ms to load.
  alias: { '@aws-sdk/credential-provider-node': `${root}scripts/environment-credentials.ts` },
  legalComments: 'none',
  logLevel: 'warning',
});

for (const { flow, hashing } of contracts) {
  const folder = `${root}dist/${flow}`;
  await writeFile(`${folder}/package.json`, '{"type":"commonjs"}\n'); // the project's own says "module"
  for (const prebuild of hashing ? ARGON2_PREBUILDS : []) {
    await mkdir(`${folder}/prebuilds/${prebuild.split('/')[0]}`, { recursive: true });
    await cp(`${root}node_modules/argon2/prebuilds/${prebuild}`, `${folder}/prebuilds/${prebuild}`);
  }
  const { size } = await stat(`${folder}/index.js`);
  console.log(`${flow.padEnd(20)} ${(size / 1024).toFixed(0).padStart(5)} KiB`);
}
