import type { Clock, Randomness } from '../primitives/clock.ts';
import type { AwsService } from './aws-endpoint.ts';
import { awsEnvironment } from './aws-environment.ts';
import { SECRETS_MANAGER_ERRORS } from './aws-errors.ts';
import { openAwsJsonClient } from './aws-json-client.ts';
import { SECRET_CALL_TIMEOUT_MS, SecretRefused, SecretUnavailable, toSecretError } from './secret-errors.ts';

/** @see Secrets Manager API Reference, "Query API" */
export const SECRETS_MANAGER: AwsService = {
  name: 'secretsmanager',
  endpointVariable: 'SECRETS_MANAGER',
  targetPrefix: 'secretsmanager',
  jsonVersion: '1.1',
  isFipsInGovCloud: false,
  hasIpv6Anyway: (suffix, fips) => suffix === 'amazonaws.com' || (suffix === 'amazonaws.com.cn' && !fips),
};

/** @see Secrets Manager API Reference, GetSecretValue: `CreatedDate` is that of the version, in seconds with a fraction */
interface SecretValue {
  SecretString?: string;
  CreatedDate?: number;
}

/** A text, and since when it is stored. */
export interface StoredText {
  text: string;
  /** `null` where that is not known. */
  storedAtEpochSeconds: number | null;
}

/**
 * Opens a secret for reading.
 *
 * @returns reads the current value, `''` where it is bytes, and when its version was made; throws SecretRefused, or SecretUnavailable, also for a
 * secret without a value yet
 * @throws Error where a variable of AWS's is missing or wrong
 */
export const openSecretReader = (arn: string, parts: { clock: Clock; randomness: Randomness }) => {
  const send = openAwsJsonClient({ service: SECRETS_MANAGER, environment: awsEnvironment(), ...parts });

  return async (): Promise<StoredText> => {
    const input = { SecretId: arn, VersionStage: 'AWSCURRENT' };
    try {
      const answer = await send('GetSecretValue', input, performance.now() + SECRET_CALL_TIMEOUT_MS);
      const { SecretString: text = '', CreatedDate: storedAtEpochSeconds = null } = answer as SecretValue;
      return { text, storedAtEpochSeconds };
    } catch (error) {
      const failed = toSecretError(error);
      const isAbsent = failed instanceof SecretRefused && SECRETS_MANAGER_ERRORS[failed.code] === 'absent';
      throw isAbsent ? new SecretUnavailable() : failed;
    }
  };
};
