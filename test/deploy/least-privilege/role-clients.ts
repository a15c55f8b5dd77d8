import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SNSClient } from '@aws-sdk/client-sns';
import { callQuery, elementsOf } from '../aws-call.ts';
import type { Deployment } from '../deployment.ts';

/** Clients with the permissions of one function's role. */
export interface RoleClients {
  dynamo: DynamoDBClient;
  secrets: SecretsManagerClient;
  ses: SESClient;
  sns: SNSClient;
  close(): void;
}

/** A thief of a function's credentials can make any call, without the function's code. */
export const openAsRole = async (deployment: Deployment, flow: string): Promise<RoleClients> => {
  const { accountId, functions } = deployment;
  // On AWS the roles trust Lambda alone; the emulator lets the administrator assume them too.
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

/** Error codes for a denied call, of DynamoDB, SES, Secrets Manager and SNS. */
const DENIALS = new Set(['AccessDenied', 'AccessDeniedException', 'AuthorizationErrorException']);

/** Error codes for a failed condition, which come after the check of permissions. */
const REFUSED_BY_CONDITION = new Set(['ConditionalCheckFailedException', 'TransactionCanceledException']);

/** @returns whether IAM allows a call; throws for any other error */
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
