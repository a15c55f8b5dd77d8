import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SigningCredentials } from '../../shared/aws/sign-request.ts';
import { plain } from './terminal-text.ts';

/** There is nobody to be, or nowhere to go. The message is the SDK's, from before anything was read of a table. */
class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn';
}

/**
 * Region and credentials by the SDK's whole chain, before anything is called: what is missing is said by its name, where the first call
 * would fail for a reason that hides it.
 *
 * @throws NotSignedIn
 */
export const awsIdentity = async (): Promise<{ region: string; credentials: SigningCredentials }> => {
  const { config } = new DynamoDBClient();
  const region = await config.region().catch((): never => {
    throw new NotSignedIn('There is no region: give --region, or set AWS_REGION or a profile that has one.');
  });
  const credentials = await config.credentials().catch((error: Error): never => {
    throw new NotSignedIn(`There are no credentials of AWS: ${plain(error.message)}`);
  });
  return { region, credentials };
};
