import { beforeAll, describe, expect, it } from '@jest/globals';
import { callJson } from './aws-call.ts';
import { type CdkFailed, deployStack, destroyStack, synthesize } from './cdk.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { whatRemains } from './remains.ts';

const DESTROY_TIMEOUT_MS = 180_000;

let deployment: Deployment;

beforeAll(async () => {
  deployment = await openDeployment();
});

const nameOf = (error: Error): string => error.name;

/** Why the CDK did not destroy the stack. */
const reasonOf = ({ output }: CdkFailed): string => /TerminationProtection/.exec(output)?.[0] ?? output;

const deleteTable = (TableName: string | undefined): Promise<unknown> =>
  callJson(deployment, { service: 'dynamodb', target: 'DynamoDB_20120810.DeleteTable', input: { TableName } });

describe('the end of the deployed stack', () => {
  it(
    'is refused while its data is protected, and nothing is gone',
    async () => {
      const before = await whatRemains(deployment);

      const outcome = await destroyStack(deployment).then(() => 'destroyed', reasonOf);
      const table = await deleteTable(deployment.outputs.CredentialsTable).then(() => 'deleted', nameOf);

      expect([outcome, table]).toEqual(['TerminationProtection', 'AwsRefused']);
      expect(before).toContain(`table ${deployment.outputs.CredentialsTable}`);
      expect(await whatRemains(deployment)).toEqual(before);
      expect((await fetch(`${deployment.apiUrl}/health`)).status).toBe(200);
    },
    DESTROY_TIMEOUT_MS,
  );

  it(
    'leaves nothing once the protection is taken off',
    async () => {
      await synthesize(deployment, { deployment: { retainData: false } });
      await deployStack(deployment);

      await destroyStack(deployment);

      expect(await whatRemains(deployment)).toEqual([]);
    },
    DESTROY_TIMEOUT_MS,
  );
});
