import { randomUUID } from 'node:crypto';
import { callJson } from '../aws-call.ts';
import type { Prepare } from './probe.ts';

const FLOW = 'rotate-keyring';
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** What Secrets Manager calls meanwhile: it has no key to make and no secret that it could read. */
const BYSTANDER = 'serve-pages';

/**
 * A rotation of the keyring. Its four steps are called by hand: those that Secrets Manager calls in the background could not be told
 * from them.
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

  /** A rotation that was not finished would be in the way of the next one. */
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
        await call('RotateSecret', { ClientRequestToken, RotationLambdaARN: arnOf(BYSTANDER) }); // makes the version to come
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
