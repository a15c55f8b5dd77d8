import { type Caller, callAws, callJson, callQuery, elementsOf } from './aws-call.ts';

/** The CDK's own bootstrap stack, which is kept for the next deployment. */
const BOOTSTRAP = /cdk-hnb659fds|CDKToolkit/;

const rest = async <Answer>(caller: Caller, service: string, path: string): Promise<Answer> =>
  JSON.parse(await callAws(caller, { service, method: 'GET', path })) as Answer;

const keysInUse = async (caller: Caller): Promise<string[]> => {
  const { Keys } = await callJson<{ Keys: { KeyId: string }[] }>(caller, {
    service: 'kms',
    target: 'TrentService.ListKeys',
  });
  const described = await Promise.all(
    Keys.map(({ KeyId }) =>
      callJson<{ KeyMetadata: { KeyId: string; KeyState: string } }>(caller, {
        service: 'kms',
        target: 'TrentService.DescribeKey',
        input: { KeyId },
      }),
    ),
  );
  // KMS keys can't be deleted at once: deletion is pending for 7 to 30 days.
  return described.flatMap(({ KeyMetadata: { KeyId, KeyState } }) => (KeyState === 'PendingDeletion' ? [] : [KeyId]));
};

const LISTS: Readonly<Record<string, (caller: Caller) => Promise<string[]>>> = {
  alarm: async (caller) =>
    elementsOf(
      await callQuery(caller, { service: 'monitoring', version: '2010-08-01', Action: 'DescribeAlarms' }),
      'AlarmName',
    ),
  api: async (caller) =>
    (await rest<{ items: { apiId: string }[] }>(caller, 'apigateway', '/v2/apis')).items.map(({ apiId }) => apiId),
  'configuration set': async (caller) =>
    (await rest<{ ConfigurationSets: string[] }>(caller, 'ses', '/v2/email/configuration-sets')).ConfigurationSets,
  dashboard: async (caller) =>
    elementsOf(
      await callQuery(caller, { service: 'monitoring', version: '2010-08-01', Action: 'ListDashboards' }),
      'DashboardName',
    ),
  'event source mapping': async (caller) =>
    (
      await rest<{ EventSourceMappings: { UUID: string }[] }>(caller, 'lambda', '/2015-03-31/event-source-mappings/')
    ).EventSourceMappings.map(({ UUID }) => UUID),
  function: async (caller) =>
    (await rest<{ Functions: { FunctionName: string }[] }>(caller, 'lambda', '/2015-03-31/functions/')).Functions.map(
      ({ FunctionName }) => FunctionName,
    ),
  key: keysInUse,
  'log group': async (caller) =>
    (
      await callJson<{ logGroups: { logGroupName: string }[] }>(caller, {
        service: 'logs',
        target: 'Logs_20140328.DescribeLogGroups',
      })
    ).logGroups.map(({ logGroupName }) => logGroupName),
  'mail identity': async (caller) =>
    (
      await rest<{ EmailIdentities: { IdentityName: string }[] }>(caller, 'ses', '/v2/email/identities')
    ).EmailIdentities.map(({ IdentityName }) => IdentityName),
  queue: async (caller) =>
    (await callJson<{ QueueUrls?: string[] }>(caller, { service: 'sqs', target: 'AmazonSQS.ListQueues' })).QueueUrls ??
    [],
  role: async (caller) =>
    elementsOf(await callQuery(caller, { service: 'iam', version: '2010-05-08', Action: 'ListRoles' }), 'RoleName'),
  secret: async (caller) =>
    (
      await callJson<{ SecretList: { Name: string }[] }>(caller, {
        service: 'secretsmanager',
        target: 'secretsmanager.ListSecrets',
      })
    ).SecretList.map(({ Name }) => Name),
  table: async (caller) =>
    (
      await callJson<{ TableNames: string[] }>(caller, {
        service: 'dynamodb',
        target: 'DynamoDB_20120810.ListTables',
      })
    ).TableNames,
  topic: async (caller) =>
    elementsOf(await callQuery(caller, { service: 'sns', version: '2010-03-31', Action: 'ListTopics' }), 'TopicArn'),
};

/** Everything in the account beside the bootstrap stack, as `table Keyturn-…`. */
export const whatRemains = async (caller: Caller): Promise<string[]> => {
  const found = await Promise.all(
    Object.entries(LISTS).map(async ([kind, list]) => (await list(caller)).map((name) => `${kind} ${name}`)),
  );
  return found.flat().filter((line) => !BOOTSTRAP.test(line));
};
