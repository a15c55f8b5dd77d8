import type { Scope } from '../../shared/lambda/scope.ts';

/** Every contract and the document's writer: loaded only for those who ask. */
export const provideOpenApiDocument =
  ({ settings }: Scope<'productName' | 'publicUrl'>) =>
  async (): Promise<{ openapi: string }> => {
    const { openApiDocument } = await import('./openapi-document.ts');
    return openApiDocument({ ...settings, contracts: Object.values(await import('../manifest.ts')) });
  };
