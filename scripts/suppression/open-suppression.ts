import { SESClient } from '@aws-sdk/client-ses';
import { awsEnvironment } from '../../shared/aws/aws-environment.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { openSesSuppressions, type SesSuppressions } from '../../shared/aws/ses-suppressions.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';

/** What the command works on. */
export interface SuppressionParts {
  suppressions: SesSuppressions;
  dynamo: Dynamo;
  clock: Clock;
  randomness: Randomness;
}

/** Opens it with the credentials and the region of an operator, wherever the SDK finds them. @param table of the accounts */
export const openSuppression = async ({
  table,
  clock,
  randomness,
}: {
  table: string;
  clock: Clock;
  randomness: Randomness;
}): Promise<SuppressionParts> => {
  const { config } = new SESClient();
  const environment = { ...awsEnvironment(), AWS_REGION: await config.region() };
  return {
    suppressions: openSesSuppressions({ environment, credentials: config.credentials, clock }),
    dynamo: makeDynamo({
      client: openSdkDynamoClient({ clock }),
      config: { tables: { accounts: table } },
      randomness,
    }),
    clock,
    randomness,
  };
};
