import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { generate } from './generate.ts';
import { npmTools, run } from './tools.ts';
import type { Walk } from './walk.ts';

const TSC = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
const TYPES = fileURLToPath(new URL('../../node_modules/@types', import.meta.url));

/** Holds a walk to the generated types, as an app's own compiler does, and runs it. */
const compileAndRun = async ({ folder, env }: Walk, tools: string, name: string): Promise<void> => {
  const config = {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'dom', 'dom.iterable'],
      module: 'preserve',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ['node'],
      typeRoots: [TYPES],
      paths: { 'openapi-fetch': [join(tools, 'node_modules/openapi-fetch')] },
    },
    files: [`${name}.ts`],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await run(TSC, ['-p', folder]);
  await build({
    entryPoints: [join(folder, `${name}.ts`)],
    outfile: join(folder, 'walk.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    nodePaths: [join(tools, 'node_modules')],
    logLevel: 'error',
  });
  await run(process.execPath, [join(folder, 'walk.mjs')], { env });
};

const tool = (tools: string, name: string): string => join(tools, 'node_modules/.bin', name);

/** Walks with a client of @hey-api/openapi-ts. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const walkWithHeyApi = async (walk: Walk): Promise<void> => {
  const tools = await npmTools();
  await run(tool(tools, 'openapi-ts'), ['-i', walk.document, '-o', join(walk.folder, 'client')], { cwd: tools });
  walk.copy(['hey-api.ts', 'person.ts']);
  await compileAndRun(walk, tools, 'hey-api');
};

/** Walks with types of openapi-typescript, by openapi-fetch. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const walkWithOpenApiFetch = async (walk: Walk): Promise<void> => {
  const tools = await npmTools();
  await run(tool(tools, 'openapi-typescript'), [walk.document, '-o', join(walk.folder, 'client.ts')], { cwd: tools });
  walk.copy(['openapi-fetch.ts', 'person.ts']);
  await compileAndRun(walk, tools, 'openapi-fetch');
};

/** Walks with a client of openapi-generator's typescript-fetch. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const walkWithTypescriptFetch = async (walk: Walk): Promise<void> => {
  await generate(walk, 'typescript-fetch', join(walk.folder, 'client'));
  walk.copy(['typescript-fetch.ts', 'person.ts']);
  await compileAndRun(walk, await npmTools(), 'typescript-fetch');
};
