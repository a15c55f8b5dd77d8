import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../functions/manifest.ts';
import { constructId } from '../../infra/construct-id.ts';
import type { Contract, TableName } from '../../shared/contract/contract.ts';
import {
  asText,
  functionsByFlow,
  onlyNamed,
  onlyOne,
  permissionsOf,
  type Resource,
  resourcesOf,
} from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

/** What is deployed without the edge. */
const contracts = (Object.values(manifest) as Contract[]).filter(({ trigger }) => trigger !== 'authorizer');

const SENDER = 'no-reply@bookshelf.example';

describe('the roles', () => {
  let template: Template;
  let functions: Map<string, [string, Resource]>;
  /** Logical ids. */
  let ids: Record<TableName | 'secret' | 'queue' | 'feedbackQueue' | 'configurationSet', string>;

  beforeAll(async () => {
    template = await synthesise();
    functions = functionsByFlow(template);
    const table = (word: string) =>
      resourcesOf(template, 'AWS::DynamoDB::GlobalTable').find(([id]) => id.includes(`Tables${word}`))?.[0] ?? '';
    ids = {
      accounts: table('Accounts'),
      credentials: table('Credentials'),
      tokens: table('Tokens'),
      outbox: table('Outbox'),
      secret: onlyOne(template, 'AWS::SecretsManager::Secret')[0],
      queue: onlyNamed(template, 'AWS::SQS::Queue', 'DeliverMessages')[0],
      feedbackQueue: onlyNamed(template, 'AWS::SQS::Queue', 'RecordFeedback')[0],
      configurationSet: onlyOne(template, 'AWS::SES::ConfigurationSet')[0],
    };
  });

  const roleOf = (flow: string): string => functions.get(flow)?.[1].Properties.Role['Fn::GetAtt'][0];

  /** The queue of what a schedule's function fails at. */
  const scheduleQueueOf = (flow: string): string => onlyNamed(template, 'AWS::SQS::Queue', constructId(flow))[0];

  /** Of the canary's grants, the keys of its own account, whose id is the end of the stack's. */
  const canaryRowOf = (word: string): string => {
    const id = JSON.stringify({ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] });
    return word === 'EMAIL' ? `EMAIL#success+keyturn-canary-${id}@simulator.amazonses.com` : `${word}#${id}`;
  };

  const onTables = ({ flow, tables }: Contract): string[] =>
    (Object.entries(tables) as [TableName, Record<string, readonly string[]>][]).flatMap(([table, rows]) =>
      Object.entries(rows).flatMap(([word, actions]) =>
        actions.map(
          (action) => `Allow ${action} <${ids[table]}.Arn> ${flow === 'run-canary' ? canaryRowOf(word) : `${word}#*`}`,
        ),
      ),
    );

  const onMail = (): string[] => {
    const arn = 'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:';
    const onlyFromSender = ` if ${JSON.stringify({ StringEquals: { 'ses:FromAddress': SENDER } })}`;
    return [
      'Allow ses:DeleteSuppressedDestination *',
      ...['identity/*', `configuration-set/<${ids.configurationSet}>`].map(
        (resource) => `Allow ses:SendEmail ${arn}${resource}${onlyFromSender}`,
      ),
    ];
  };

  const onKeyring = ({ trigger }: Contract): string[] =>
    (trigger === 'rotation'
      ? ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage']
      : ['GetSecretValue']
    ).map((action) => `Allow secretsmanager:${action} <${ids.secret}>`);

  const onStream = (): string[] => [
    ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
      (action) => `Allow dynamodb:${action} <${ids.outbox}.StreamArn>`,
    ),
    'Allow dynamodb:ListStreams *',
    `Allow sqs:SendMessage <${ids.queue}.Arn>`,
  ];

  const onItsLog = ({ flow }: Contract): string[] => {
    const logGroup = functions.get(flow)?.[1].Properties.LoggingConfig.LogGroup.Ref;
    return ['CreateLogStream', 'PutLogEvents'].map((action) => `Allow logs:${action} <${logGroup}.Arn>`);
  };

  const ON_SMS = [
    'Allow sns:Publish all but arn:<AWS::Partition>:sns:*:*:*',
    `Allow sms-voice:SendTextMessage * if ${JSON.stringify({ StringEquals: { 'aws:CalledViaLast': 'sns.amazonaws.com' } })}`,
  ];

  /** Two actions without resource-level permissions. */
  const ON_TRACES = ['PutTelemetryRecords', 'PutTraceSegments'].map((action) => `Allow xray:${action} *`);

  /** @asvs 13.2.2, 13.2.4, 13.2.5, 13.3.2, 16.4.2 */
  it.each(contracts)('of $flow may do what its contract says, and nothing beside', (contract) => {
    const permissions = permissionsOf(template, roleOf(contract.flow));

    const declared = [
      ...onTables(contract),
      ...onItsLog(contract),
      ...(contract.keyring ? onKeyring(contract) : []),
      ...(contract.mail ? onMail() : []),
      ...(contract.sms ? ON_SMS : []),
      ...(contract.trigger === 'stream' ? onStream() : []),
      ...(contract.trigger === 'topic' ? [`Allow sqs:SendMessage <${ids.feedbackQueue}.Arn>`] : []),
      ...(contract.trigger === 'schedule' ? [`Allow sqs:SendMessage <${scheduleQueueOf(contract.flow)}.Arn>`] : []),
    ];
    expect(permissions.toSorted((a, b) => a.localeCompare(b))).toEqual(declared.toSorted((a, b) => a.localeCompare(b)));
  });

  it('send by Notify with one configuration where codes go out by it, and by SNS only where something is named for the rest', async () => {
    const notify = { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } };
    const byNotify = { channel: 'notify' as const, notify, countries: ['DE'] };
    const onSms = async (originators: Record<string, string>): Promise<string[]> => {
      const settings = { recovery: { byPhone: false }, sms: { ...byNotify, originators } };
      const deployed = await synthesise({ settings });
      return permissionsOf(deployed, roleOf('deliver-messages')).filter((one) => / (sns|sms-voice):/.test(one));
    };
    const own = 'arn:<AWS::Partition>:sms-voice:<AWS::Region>:<AWS::AccountId>:notify-configuration/notify-1';
    const alone = `Allow sms-voice:SendNotifyTextMessage ${own}`;

    expect(await onSms({})).toEqual([alone]);
    expect((await onSms({ DE: 'MYAPP' })).toSorted()).toEqual([...ON_SMS, alone].toSorted());
  });

  it('may send traces where calls are traced, and nothing more for it', async () => {
    const traced = await synthesise({ settings: { deployment: { tracing: true } } });

    const more = contracts.map(({ flow }) => {
      const before = permissionsOf(template, roleOf(flow));
      return permissionsOf(traced, roleOf(flow)).filter((permission) => !before.includes(permission));
    });
    expect(more).toEqual(contracts.map(() => ON_TRACES));
  });

  it('may do the same on whole tables where the settings tell no rows apart, but for the canary, which can set a password', async () => {
    const byTable = await synthesise({ settings: { deployment: { grantsByRow: false } } });

    const wider = contracts.map(({ flow }) => new Set(permissionsOf(byTable, roleOf(flow))));
    const narrow = contracts.map(({ flow }) => permissionsOf(template, roleOf(flow)));
    expect(wider).toEqual(narrow.map((permissions) => new Set(permissions.map((one) => one.replace(/ \w+#\*$/, '')))));
    const asBefore = contracts.filter(
      ({ tables }, index) => Object.keys(tables).length > 0 && isDeepStrictEqual(wider[index], new Set(narrow[index])),
    );
    expect(asBefore.map(({ flow }) => flow)).toEqual(['run-canary']);
  });

  /** @asvs 13.2.1, 13.2.2 */
  it('are one for each function, have no policy beside their own, and are for Lambda alone', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role');

    const used = contracts.map(({ flow }) => roleOf(flow));
    const scheduled = contracts.filter(({ trigger }) => trigger === 'schedule').map(({ flow }) => flow);
    const schedulers = scheduled.map((flow): [string, string] => {
      const [, { Properties: schedule }] = onlyNamed(template, 'AWS::Scheduler::Schedule', constructId(flow));
      return [flow, schedule.Target.RoleArn['Fn::GetAtt'][0]];
    });
    const schedulerIds = schedulers.map(([, id]) => id);
    expect(new Set(roles.map(([id]) => id))).toEqual(new Set([...used, ...schedulerIds]));
    expect(new Set(used).size).toBe(contracts.length);
    for (const [, { Properties: role }] of roles) {
      expect(role).not.toHaveProperty('ManagedPolicyArns');
    }
    const attached = resourcesOf(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) => Properties.Roles);
    expect(attached).toEqual(schedulerIds.map((id) => ({ Ref: id }))); // the others have theirs inside
    for (const [id, { Properties: role }] of roles) {
      const [{ Condition, ...statement }, ...others] = role.AssumeRolePolicyDocument.Statement;
      const isScheduler = schedulerIds.includes(id);
      const Service = `${isScheduler ? 'scheduler' : 'lambda'}.amazonaws.com`;
      expect([statement, ...others]).toEqual([{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service } }]);
      // Scheduler serves every account; Lambda assumes the roles of its own functions alone.
      const account = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
      expect(Condition).toEqual(isScheduler ? account : undefined);
    }
    for (const [flow, id] of schedulers) {
      expect(permissionsOf(template, id)).toEqual([
        `Allow lambda:InvokeFunction <${onlyNamed(template, 'AWS::Lambda::Alias', constructId(flow))[0]}>`,
        `Allow sqs:SendMessage <${scheduleQueueOf(flow)}.Arn>`,
      ]);
    }
    expect(resourcesOf(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
    expect(resourcesOf(template, 'AWS::IAM::User')).toEqual([]);
  });

  it('let who reads profiles read no hash, and send nothing', () => {
    const mayRead = permissionsOf(template, roleOf('get-profile'));

    expect(mayRead.some((permission) => permission.includes(ids.accounts))).toBe(true);
    expect(mayRead.filter((permission) => permission.includes(ids.credentials))).toEqual([]);
    expect(mayRead.filter((permission) => /ses:|sns:|sqs:/.test(permission))).toEqual([]);
  });

  it('let nobody send but who delivers messages', () => {
    const senders = contracts.filter(({ flow }) =>
      permissionsOf(template, roleOf(flow)).some((permission) => /ses:|sns:/.test(permission)),
    );

    expect(senders.map(({ flow }) => flow)).toEqual(['deliver-messages']);
  });

  it('are called by no one but this API, this secret, their topic, and their streams', () => {
    const callers = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Properties: permission }]) => ({
      principal: permission.Principal,
      isBound: /<Service(Api|Keyring|MailEvents)\w+>/.test(asText(permission.SourceArn)),
      action: permission.Action,
    }));

    const kinds = new Set(callers.map((caller) => JSON.stringify(caller)));
    expect(kinds).toEqual(
      new Set(
        ['apigateway.amazonaws.com', 'secretsmanager.amazonaws.com', 'sns.amazonaws.com'].map((principal) =>
          JSON.stringify({ principal, isBound: true, action: 'lambda:InvokeFunction' }),
        ),
      ),
    );
  });
});
