/**
 * Loads the client of Secrets Manager when there is a secret to read: a laptop has a file. The bundles for Lambda, where there always
 * is one, have scripts/secret-reader-at-once.ts in its place.
 */
export const loadSecretReader = (): Promise<typeof import('./read-secret.ts')> => import('./read-secret.ts');
