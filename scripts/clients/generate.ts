import { openapiGenerator, run } from './tools.ts';
import type { Walk } from './walk.ts';

/** Generates a client with openapi-generator, and none of its options. */
export const generate = async ({ document }: Pick<Walk, 'document'>, generator: string, to: string): Promise<void> => {
  await run('java', ['-jar', await openapiGenerator(), 'generate', '-i', document, '-g', generator, '-o', to]);
};
