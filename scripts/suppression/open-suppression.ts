import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { openSesSuppressions, type SesSuppressions } from '../../shared/aws/ses-suppressions.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { openOperator } from '../aws/operator.ts';

/** What the command works on. */
export interface SuppressionParts {
  suppressions: SesSuppressions;
  dynamo: Dynamo;
  clock: Clock;
  randomness: Randomness;
}

/** Opens it with the credentials and the region of an operator. @param table of the accounts @throws NotSignedIn where there is no region */
export const openSuppression = async ({
  table,
  clock,
  randomness,
}: {
  table: string;
  clock: Clock;
  randomness: Randomness;
}): Promise<SuppressionParts> => {
  const { environment, region, credentials } = await openOperator();
  return {
    suppressions: openSesSuppressions({ environment: { ...environment, AWS_REGION: region }, credentials, clock }),
    dynamo: makeDynamo({
      client: openSdkDynamoClient({ clock }),
      config: { tables: { accounts: table } },
      randomness,
    }),
    clock,
    randomness,
  };
};
