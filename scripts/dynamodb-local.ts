/**
 * npm run test:dynamodb-local: the cases that both clients of DynamoDB have to pass (test/support/port-cases.ts), against AWS's own
 * DynamoDB Local. It comes from Maven Central and needs Java 17 and Maven; where they are missing that is said, and nothing is tested.
 */
import { spawnSync } from 'node:child_process';
import { installDynamoDbLocal, missingForDynamoDbLocal } from './dynamodb-local/install.ts';

const missing = await missingForDynamoDbLocal();
if (missing === null) {
  const { status } = spawnSync(
    'npm',
    [
      'test',
      '--',
      'test/aws/dynamodb-local',
      '--globals',
      JSON.stringify({ dynamoDbLocal: await installDynamoDbLocal() }),
    ],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} else {
  console.log(`test:dynamodb-local was left out: ${missing}`);
}
