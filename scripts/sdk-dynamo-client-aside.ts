/**
 * Replaces shared/aws/load-sdk-dynamo-client.ts in the bundles. The client is a file of its own, which infra puts beside a function
 * only where the operator asks for it; the others neither have nor load it.
 */
type Client = typeof import('../shared/aws/sdk-dynamo-client.ts');

/** Not written into the import, so that the bundler leaves it to the function. */
const BESIDE_THE_FUNCTION = './sdk-dynamo-client.js';

export const loadSdkDynamoClient = async (): Promise<Client> => {
  const { default: client } = (await import(BESIDE_THE_FUNCTION)) as { default: Client }; // CommonJS, as all bundles are
  return client;
};
