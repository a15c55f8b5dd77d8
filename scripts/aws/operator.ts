import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsEnvironment, awsEnvironment } from '../../shared/aws/aws-environment.ts';
import type { SigningCredentials } from '../../shared/aws/sign-request.ts';

/** What the person at the terminal calls AWS with. */
export interface Operator {
  environment: AwsEnvironment;
  region: string;
  /** Of the SDK's whole chain; throws the SDK's error where there are none. */
  credentials: () => Promise<SigningCredentials>;
}

/**
 * Finds region and credentials as the SDK does: variables, profiles, single sign-on.
 *
 * @param region in place of the one that it finds; `null` for none
 * @returns `null` where there is no region
 */
export const openOperator = async (region: string | null): Promise<Operator | null> => {
  const { config } = new DynamoDBClient(region === null ? {} : { region });
  try {
    return { environment: awsEnvironment(), region: await config.region(), credentials: config.credentials };
  } catch {
    return null;
  }
};
