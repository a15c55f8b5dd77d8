import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SNSClient } from '@aws-sdk/client-sns';
import { callQuery, elementsOf } from '../aws-call.ts';
import type { Deployment } from '../deployment.ts';

/** Services, called with the permissions of one function's role. */
export interface RoleClients {
  dynamo: DynamoDBClient;
  secrets: SecretsManagerClient;
  ses: SESClient;
  sns: SNSClient;
  close(): void;
}

/** Whoever steals a function's credentials can call whatever they like: nothing of the function's code stands in the way. */
export const openAsRole = async (deployment: Deployment, flow: string): Promise<RoleClients> => {
  const { accountId, functions } = deployment;
  // On AWS the roles trust Lambda alone; the emulator gives them to the account's administrator as well.
  const answer = await callQuery(deployment, {
    service: 'sts',
    version: '2011-06-15',
    Action: 'AssumeRole',
    RoleArn: `arn:aws:iam::${accountId}:role/${functions.get(flow)?.roleName}`,
    RoleSessionName: 'forbidden-calls',
  });
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
  ].map((name) => elementsOf(answer, name)[0]);
  const settings = { credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1 };
  const clients = {
    dynamo: new DynamoDBClient(settings),
    secrets: new SecretsManagerClient(settings),
    ses: new SESClient(settings),
    sns: new SNSClient(settings),
  };
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};

/** How DynamoDB, SES and Secrets Manager, or SNS, say that it is not for this caller. */
const DENIALS = new Set(['AccessDenied', 'AccessDeniedException', 'AuthorizationErrorException']);

/** What a condition that never holds is answered with: whether the caller may was looked at first. */
const REFUSED_BY_CONDITION = new Set(['ConditionalCheckFailedException', 'TransactionCanceledException']);

/** @returns whether IAM lets a call through; throws what else comes of it */
export const isAllowed = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch (error) {
    const { name } = error as Error;
    if (DENIALS.has(name)) return false;
    if (REFUSED_BY_CONDITION.has(name)) return true;
    throw error;
  }
};
