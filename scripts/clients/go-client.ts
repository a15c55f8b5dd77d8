import { join } from 'node:path';
import { has, PINS, run } from './tools.ts';
import type { Walk } from './walk.ts';

/** Where Go's own installer puts it, if it isn't on the path. */
export const GO = ['go', '/usr/local/go/bin/go'].find((one) => has(one, ['version'])) ?? null;

/** Walks with a client of oapi-codegen, in Go. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const walkWithOapiCodegen = async (walk: Walk): Promise<void> => {
  const { folder, document, env } = walk;
  const go = (...args: string[]) => run(GO ?? 'go', args, { cwd: folder, env });
  walk.copy(['oapi_codegen.go']);
  await go('mod', 'init', 'walk');
  const generator = `github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@${PINS.go['oapi-codegen']}`;
  const to = join(folder, 'client.gen.go');
  await go('run', generator, '-generate', 'types,client', '-package', 'main', '-o', to, document);
  await go('get', `github.com/oapi-codegen/runtime@${PINS.go.runtime}`);
  await go('mod', 'tidy');
  await go('run', '.');
};
