import { type AwsCallerParts, makeAwsCaller } from '../aws/aws-caller.ts';
import { AwsRefused } from '../aws/aws-operation.ts';
import { GET_CALLER_IDENTITY } from '../aws/get-caller-identity.ts';
import { adviceFor } from '../command/explain-failure.ts';

/** AWS doesn't say who the caller is; the message says why, without anything of the request. */
class CallerUnknown extends Error {
  override readonly name = 'CallerUnknown';
}

/**
 * Asks AWS who the caller is: the one who has the credentials, by AWS's word and not by the caller's own. It needs no permission.
 *
 * @returns the ARN, such as `arn:aws:sts::123456789012:assumed-role/Support/alice`
 * @throws CallerUnknown
 * @see AWS STS API Reference, GetCallerIdentity
 */
export const callerIdentity = async (parts: AwsCallerParts): Promise<string> => {
  try {
    return (await makeAwsCaller(parts)(GET_CALLER_IDENTITY)).Arn;
  } catch (error) {
    throw error instanceof AwsRefused
      ? new CallerUnknown(
          `AWS does not say who you are (STS: ${error.code}). ${adviceFor(error.code) ?? ''} Nothing was done.`,
        )
      : error;
  }
};
