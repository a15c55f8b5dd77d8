import { join } from 'node:path';
import { generate } from './generate.ts';
import { pythonTools, run } from './tools.ts';
import type { Walk } from './walk.ts';

/** Walks with a client of openapi-generator's python. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const walkWithOpenApiGeneratorPython = async (walk: Walk): Promise<void> => {
  const bin = await pythonTools();
  const client = join(walk.folder, 'client');
  await generate(walk, 'python', client);
  walk.copy(['openapi_generator.py', 'person.py'], client);
  await run(join(bin, 'python'), ['openapi_generator.py'], { cwd: client, env: walk.env });
};

/** Walks with a client of openapi-python-client. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const walkWithOpenApiPythonClient = async (walk: Walk): Promise<void> => {
  const bin = await pythonTools();
  const client = join(walk.folder, 'client');
  await run(join(bin, 'openapi-python-client'), ['generate', '--path', walk.document, '--output-path', client]);
  walk.copy(['openapi_python_client.py', 'person.py'], client);
  await run(join(bin, 'python'), ['openapi_python_client.py'], { cwd: client, env: walk.env });
};
