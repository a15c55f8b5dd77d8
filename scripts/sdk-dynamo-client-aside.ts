/**
 * Replaces shared/aws/load-sdk-dynamo-client.ts in the bundles. The client is a file of its own, which infra puts beside a function
 * only where the operator asks for it; so nobody else loads it or has it in a bundle.
 */
export const loadSdkDynamoClient = (): Promise<typeof import('../shared/aws/sdk-dynamo-client.ts')> =>
  // @ts-expect-error the bundler leaves it to the function
  import('./sdk-dynamo-client.js');
