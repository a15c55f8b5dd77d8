/**
 * Loads what verifies signatures on demand: without trusted callers nothing of it is needed. In Lambda's bundles it is a file of its own
 * (scripts/bundle-functions.ts).
 */
export const loadVerifySignature = (): Promise<typeof import('./verify-signature.ts')> =>
  import('./verify-signature.ts');
