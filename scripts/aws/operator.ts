import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsEnvironment, awsEnvironment } from '../../shared/aws/aws-environment.ts';
import type { SigningCredentials } from '../../shared/aws/sign-request.ts';
import { plain } from '../command/terminal-text.ts';

/** There is no identity to be, or nowhere to go. The message says what to do. */
class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn';
}

/** What the person at the terminal calls AWS with. */
export interface Operator {
  environment: AwsEnvironment;
  region: string;
  /** Of the SDK's whole chain. @throws NotSignedIn where there are none */
  credentials: () => Promise<SigningCredentials>;
}

/**
 * Finds region and credentials as the SDK does: variables, profiles, single sign-on. What is missing is said by its name, where the first
 * call would fail for a reason that hides it.
 *
 * @throws NotSignedIn where there is no region
 */
export const openOperator = async (): Promise<Operator> => {
  const { config } = new DynamoDBClient();
  const region = await config.region().catch((): never => {
    throw new NotSignedIn('There is no region: give --region, or set AWS_REGION or a profile that has one.');
  });
  const credentials = () =>
    config.credentials().catch((error: Error): never => {
      throw new NotSignedIn(`There are no credentials of AWS: ${plain(error.message)}`);
    });
  return { environment: awsEnvironment(), region, credentials };
};
