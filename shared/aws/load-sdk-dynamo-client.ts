/**
 * Loads the SDK's client where it is asked for: it weighs more than a function. In the bundles scripts/sdk-dynamo-client-aside.ts
 * replaces this file.
 */
export const loadSdkDynamoClient = (): Promise<typeof import('./sdk-dynamo-client.ts')> =>
  import('./sdk-dynamo-client.ts');
