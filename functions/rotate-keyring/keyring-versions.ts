import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { SECRETS_MANAGER_ERRORS } from '../../shared/aws/aws-errors.ts';
import { SecretRefused } from '../../shared/aws/secret-errors.ts';
import { openSecretsClient, sendBounded } from '../../shared/aws/secrets-client.ts';
import type { Scope } from '../../shared/lambda/scope.ts';

const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';

/** Where a version stands: in use, to come, or known for neither. */
type VersionState = 'current' | 'pending' | 'neither';

/** The versions of the secret that holds the keyring. Every method throws SecretUnavailable or SecretRefused. */
export interface KeyringVersions {
  /** @returns `null` for a version that the secret doesn't have */
  stateOf(versionId: string): Promise<VersionState | null>;
  /** What functions read; `null` for a secret that has no value yet. */
  current(): Promise<{ versionId: string; text: string } | null>;
  /** @returns `null` for a version without a value */
  textOf(versionId: string): Promise<string | null>;
  /** Gives the version to come its value. A version has one value for ever: of several calls one wins, and the rest get `false`. */
  store(version: { versionId: string; text: string }): Promise<boolean>;
  /**
   * Makes a version the current one, if that still is the one it is to replace; the losers of a race get `false`.
   * @param insteadOf `null` where there is none
   */
  makeCurrent(move: { versionId: string; insteadOf: string | null }): Promise<boolean>;
}

/** @returns `null` where Secrets Manager refused for that reason */
const unless = async <Answer>(
  reason: 'absent' | 'exists' | 'invalid',
  answer: Promise<Answer>,
): Promise<Answer | null> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SecretRefused && SECRETS_MANAGER_ERRORS[error.code] === reason) return null;
    throw error;
  }
};

/** Opens the versions of one secret, and of no other. */
const openKeyringVersions = (arn: string): KeyringVersions => {
  const client = openSecretsClient();

  const read = (which: { VersionId: string } | { VersionStage: string }) =>
    unless(
      'absent',
      sendBounded((options) => client.send(new GetSecretValueCommand({ SecretId: arn, ...which }), options)),
    );

  return {
    stateOf: async (versionId) => {
      const { VersionIdsToStages = {} } = await sendBounded((options) =>
        client.send(new DescribeSecretCommand({ SecretId: arn }), options),
      );
      const labels = VersionIdsToStages[versionId];
      if (!labels) return null;
      if (labels.includes(CURRENT)) return 'current';
      return labels.includes(PENDING) ? 'pending' : 'neither';
    },
    current: async () => {
      const version = await read({ VersionStage: CURRENT });
      return version && { versionId: version.VersionId ?? '', text: version.SecretString ?? '' };
    },
    textOf: async (versionId) => {
      const version = await read({ VersionId: versionId });
      return version && (version.SecretString ?? '');
    },
    store: async ({ versionId, text }) => {
      const put = new PutSecretValueCommand({
        SecretId: arn,
        ClientRequestToken: versionId,
        SecretString: text,
        VersionStages: [PENDING],
      });
      const done = await unless(
        'exists',
        sendBounded((options) => client.send(put, options)),
      );
      return done !== null;
    },
    makeCurrent: async ({ versionId, insteadOf }) => {
      const move = new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: CURRENT,
        MoveToVersionId: versionId,
        ...(insteadOf !== null && { RemoveFromVersionId: insteadOf }),
      });
      // The label is moved only from where it was seen to be: Secrets Manager refuses what would undo another's move.
      const done = await unless(
        'invalid',
        sendBounded((options) => client.send(move, options)),
      );
      return done !== null;
    },
  };
};

/** Of the secret that is the keyring. */
export const provideKeyringVersions = ({ config }: Scope): KeyringVersions => openKeyringVersions(config.keyring ?? '');
