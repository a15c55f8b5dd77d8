import { openSecretReader } from '../shared/aws/read-secret.ts';

/**
 * Stands in for shared/aws/load-secret-reader.ts in the bundles: a function in Lambda always reads a secret, and what esbuild wraps to
 * be loaded later, with all that it shares with the client of DynamoDB, loads 10 ms slower.
 */
export const loadSecretReader = async (): Promise<{ openSecretReader: typeof openSecretReader }> => ({
  openSecretReader,
});
