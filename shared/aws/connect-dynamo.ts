import type { Clock, Randomness } from '../primitives/clock.ts';
import type { Dynamo } from './dynamo.ts';
import { openDynamoClient } from './dynamo-client.ts';
import type { PhysicalTables } from './dynamo-requests.ts';
import { loadSdkDynamoClient } from './load-sdk-dynamo-client.ts';
import { makeDynamo } from './make-dynamo.ts';

/** Which client is behind the port: the project's own, or the SDK's (docs/adr/0044). */
export type DynamoClientName = 'own' | 'sdk';

/** What the port is made with. */
interface Parts {
  /** Physical names of the tables. */
  config: { tables: PhysicalTables };
  clock: Clock;
  randomness: Randomness;
}

/** Makes the port to the tables that a contract names, over the project's own client. @throws Error where a variable of AWS's is missing or wrong */
export const connectDynamo = (parts: Parts): Dynamo => makeDynamo({ client: openDynamoClient(parts), ...parts });

/** Opens the port for a function, over the client that the operator has chosen. @throws Error as {@link connectDynamo} does */
export const openDynamo = async ({
  config: { dynamoClient, ...config },
  ...rest
}: Parts & { config: { dynamoClient: DynamoClientName } }): Promise<Dynamo> => {
  const parts = { ...rest, config };
  if (dynamoClient === 'own') return connectDynamo(parts);
  const { openSdkDynamoClient } = await loadSdkDynamoClient();
  return makeDynamo({ client: openSdkDynamoClient(parts), ...parts });
};
