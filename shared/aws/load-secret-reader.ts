/**
 * Loads the client of Secrets Manager on demand: a laptop reads a file instead. In Lambda's bundles
 * scripts/secret-reader-at-once.ts replaces this file.
 */
export const loadSecretReader = (): Promise<typeof import('./read-secret.ts')> => import('./read-secret.ts');
