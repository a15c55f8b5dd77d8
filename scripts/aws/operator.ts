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
 * @param region in place of the one that it finds
 * @throws Error of the SDK's, where there is no region
 */
export const openOperator = async (region?: string): Promise<Operator> => {
  const { config } = new DynamoDBClient(region === undefined ? {} : { region });
  return { environment: awsEnvironment(), region: await config.region(), credentials: config.credentials };
};
