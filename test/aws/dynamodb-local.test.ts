import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { createTables, localTables } from '../../local/create-tables.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { describeUnless } from '../support/describe-unless.ts';
import { CLIENTS } from '../support/dynamo-clients.ts';
import { startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { describePort, type Ports } from '../support/port-cases.ts';

/** The folder of its archives, which `npm run test:dynamodb-local` passes. */
const { dynamoDbLocal: archives } = globalThis as { dynamoDbLocal?: string };

const missing = archives === undefined ? 'npm run test:dynamodb-local starts it, with Java' : null;

describeUnless(missing, "AWS's DynamoDB Local", () => {
  let database: Awaited<ReturnType<typeof startDynamoDbLocal>>;
  let ports: Ports;

  beforeAll(async () => {
    database = await startDynamoDbLocal(archives ?? '');
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    });
    const tables = localTables('test');
    const client = new DynamoDBClient({});
    await createTables(client, tables);
    client.destroy();
    const parts = { config: { tables }, clock: systemClock, randomness: csprng };
    ports = Object.fromEntries(CLIENTS.map(({ client: name, connect }) => [name, connect(parts)])) as unknown as Ports;
  });
  afterAll(() => database.close());

  for (const { client } of CLIENTS) describePort(client, () => ports, { numRuns: 100 });
});
