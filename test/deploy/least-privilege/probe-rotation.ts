import { randomUUID } from 'node:crypto';
import { callJson } from '../aws-call.ts';
import type { Prepare } from './probe.ts';

const FLOW = 'rotate-keyring';
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** The function that Secrets Manager calls meanwhile; it has no access to the secret. */
const BYSTANDER = 'serve-pages';

/**
 * A rotation of the keyring. Its steps are called directly, because Secrets Manager's background calls could not be
 * told from them.
 */
export const rotateKeyring: Prepare = async ({ deployment, invoke, undo }) => {
  const { functions, outputs, region, accountId } = deployment;
  const SecretId = outputs.KeyringArn ?? '';
  const call = <Answer>(action: string, input: object) =>
    callJson<Answer>(deployment, {
      service: 'secretsmanager',
      target: `secretsmanager.${action}`,
      input: { SecretId, ...input },
    });
  const arnOf = (flow: string): string =>
    `arn:aws:lambda:${region}:${accountId}:function:${functions.get(flow)?.functionName}`;

  /** An unfinished rotation would block the next one. */
  const giveUp = async (): Promise<void> => {
    const { VersionIdsToStages } = await call<{ VersionIdsToStages: Record<string, string[]> }>('DescribeSecret', {});
    for (const [RemoveFromVersionId, labels] of Object.entries(VersionIdsToStages)) {
      const isPending = labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT');
      if (isPending) await call('UpdateSecretVersionStage', { VersionStage: 'AWSPENDING', RemoveFromVersionId });
    }
  };

  await giveUp();
  undo(async () => {
    await call('RotateSecret', { RotationLambdaARN: arnOf(FLOW), RotateImmediately: false });
  });
  return [
    {
      name: 'a rotation',
      works: async () => {
        const ClientRequestToken = randomUUID();
        await call('RotateSecret', { ClientRequestToken, RotationLambdaARN: arnOf(BYSTANDER) }); // stages the pending version
        for (const Step of STEPS) {
          const answer = (await invoke(FLOW, { Step, SecretId, ClientRequestToken })) as { errorType?: string } | null;
          if (answer?.errorType === undefined) continue;
          await giveUp();
          return false;
        }
        return true;
      },
    },
  ];
};
