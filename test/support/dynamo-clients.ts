import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { PhysicalTables } from '../../shared/aws/dynamo-requests.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';

/** What the port is made with. */
interface PortParts {
  config: { tables: PhysicalTables };
  clock: Clock;
  randomness: Randomness;
}

type Connect = (parts: PortParts) => Dynamo;

/** The port over each client that an operator can choose: what holds for one has to hold for the other. */
export const CLIENTS: readonly { client: 'own' | 'sdk'; connect: Connect }[] = [
  { client: 'own', connect: connectDynamo },
  { client: 'sdk', connect: (parts) => makeDynamo({ client: openSdkDynamoClient(parts), ...parts }) },
];
