import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SECRETS_MANAGER_ERRORS } from './aws-errors.ts';
import { SecretRefused, SecretUnavailable } from './secret-errors.ts';
import { openSecretsClient, sendBounded } from './secrets-client.ts';

/**
 * Opens a secret for reading.
 *
 * @returns reads the current value, `''` where it is bytes; throws SecretRefused, or SecretUnavailable, also for a
 * secret without a value yet
 */
export const openSecretReader = (arn: string): (() => Promise<string>) => {
  const client = openSecretsClient();

  return async () => {
    try {
      const { SecretString } = await sendBounded((options) =>
        client.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: 'AWSCURRENT' }), options),
      );
      return SecretString ?? '';
    } catch (error) {
      const isAbsent = error instanceof SecretRefused && SECRETS_MANAGER_ERRORS[error.code] === 'absent';
      if (isAbsent) throw new SecretUnavailable();
      throw error;
    }
  };
};
