import { openSecretReader } from '../shared/aws/read-secret.ts';

/**
 * Replaces shared/aws/load-secret-reader.ts in the bundles. A function in Lambda always reads a secret, and a dynamic
 * import, which esbuild wraps together with everything shared with the DynamoDB client, loads 10 ms slower.
 */
export const loadSecretReader = async (): Promise<{ openSecretReader: typeof openSecretReader }> => ({
  openSecretReader,
});
