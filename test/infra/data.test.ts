import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { deliverMessages } from '../../functions/deliver-messages/contract.ts';
import { OUTBOX_CHANNELS } from '../../shared/outbox/outbox.ts';
import { asText, calledBy, functionsByFlow, onlyNamed, onlyOne, resourcesOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

const OWN_KEY = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000';
const FOURTEEN_DAYS_SECONDS = 14 * 24 * 60 * 60;

/** The tables by the words of their logical ids. */
const tablesOf = (template: Template) =>
  Object.fromEntries(
    resourcesOf(template, 'AWS::DynamoDB::GlobalTable').map(([id, table]) => [
      /Tables([A-Z][a-z]+)/.exec(id)?.[1] ?? id,
      { id, ...table },
    ]),
  );

/** The event source mapping of a channel. */
const readerOf = (template: Template, channel: string) => {
  const pattern = JSON.stringify({
    eventName: ['INSERT'],
    dynamodb: { Keys: { pk: { S: [{ prefix: `${channel}#` }] } } },
  });
  const readers = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(
    ([, { Properties: reader }]) =>
      JSON.stringify(reader.FilterCriteria) === JSON.stringify({ Filters: [{ Pattern: pattern }] }),
  );
  expect(readers).toHaveLength(1);
  return readers[0]?.[1].Properties;
};

describe('the tables', () => {
  let template: Template;
  let tables: ReturnType<typeof tablesOf>;

  beforeAll(async () => {
    template = await synthesise();
    tables = tablesOf(template);
  });

  it('are on demand, can be restored to any second, and refuse to be deleted', () => {
    expect(new Set(Object.keys(tables))).toEqual(new Set(['Accounts', 'Credentials', 'Tokens', 'Outbox']));
    for (const { Properties: table } of Object.values(tables)) {
      expect(table.BillingMode).toBe('PAY_PER_REQUEST');
      expect(table.Replicas).toEqual([
        expect.objectContaining({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ]);
    }
  });

  it('have a ceiling, so that a fault has a price that ends: the same for each, and what the settings say', async () => {
    const lower = { readUnitsPerSecond: 500, writeUnitsPerSecond: 200 };
    const capped = tablesOf(await synthesise({ settings: { deployment: { tableCeiling: lower } } }));

    const ceilings = (of: ReturnType<typeof tablesOf>) =>
      Object.values(of).map(({ Properties: table }) => [
        table.Replicas[0].ReadOnDemandThroughputSettings,
        table.WriteOnDemandThroughputSettings,
      ]);
    expect(ceilings(tables)).toEqual(
      ceilings(tables).map(() => [{ MaxReadRequestUnits: 10_000 }, { MaxWriteRequestUnits: 10_000 }]),
    );
    expect(ceilings(capped)).toEqual(
      ceilings(capped).map(() => [{ MaxReadRequestUnits: 500 }, { MaxWriteRequestUnits: 200 }]),
    );
  });

  it('can be deleted where the settings give the data up', async () => {
    const thrownAway = tablesOf(await synthesise({ settings: { deployment: { retainData: false } } }));

    for (const { Properties: table } of Object.values(thrownAway))
      expect(table.Replicas[0].DeletionProtectionEnabled).toBe(false);
  });

  it('forget what has expired; no row of Credentials ever does', () => {
    const expiry = { AttributeName: 'expiresAtEpochSeconds', Enabled: true };

    for (const name of ['Accounts', 'Tokens', 'Outbox'])
      expect(tables[name]?.Properties.TimeToLiveSpecification).toEqual(expiry);
    expect(tables.Credentials?.Properties).not.toHaveProperty('TimeToLiveSpecification');
  });

  it('tell of their changes in the Outbox alone, and there by keys alone', () => {
    const streams = Object.entries(tables).filter(([, { Properties }]) => Properties.StreamSpecification);

    expect(streams.map(([name, { Properties }]) => [name, Properties.StreamSpecification])).toEqual([
      ['Outbox', { StreamViewType: 'KEYS_ONLY' }],
    ]);
  });

  it('have Credentials encrypted with a key of its own, which turns every year and works through DynamoDB alone', () => {
    const [keyId, { Properties: key }] = onlyNamed(template, 'AWS::KMS::Key', 'CredentialsKey');
    const { Properties: credentials } = tables.Credentials ?? {};

    expect(credentials.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(credentials.Replicas[0].SSESpecification).toEqual({ KMSMasterKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] } });
    expect(key.EnableKeyRotation).toBe(true);
    const [, ...forOthers] = key.KeyPolicy.Statement;
    expect(forOthers).toHaveLength(1);
    expect(Object.keys(forOthers[0].Condition.StringEquals)).toEqual(['kms:CallerAccount', 'kms:ViaService']);
  });

  it('use the key that is given, and make none of their own', async () => {
    const tableEncryptionKey = Key.fromKeyArn(new Stack(new App(), 'Elsewhere'), 'Own', OWN_KEY);

    const given = await synthesise({ tableEncryptionKey });

    const { Properties: credentials } = tablesOf(given).Credentials ?? {};
    expect(credentials.Replicas[0].SSESpecification).toEqual({ KMSMasterKeyId: OWN_KEY });
    expect(resourcesOf(given, 'AWS::KMS::Key').filter(([id]) => !id.includes('MailEventsKey'))).toEqual([]);
  });

  it.each(deliverMessages.channels)(
    'wake deliver-messages for new %s rows of the Outbox alone; one bad row keeps no other, and ends as a dead letter',
    async (channel) => {
      const source = readerOf(template, channel);
      const [queueId, { Properties: queue }] = onlyNamed(template, 'AWS::SQS::Queue', 'DeliverMessages');
      const patient = await synthesise({ settings: { messages: { retrySeconds: 3600 } } });
      const sooner = readerOf(patient, channel);

      expect(source).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [tables.Outbox?.id, 'StreamArn'] },
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queueId, 'Arn'] } } },
        StartingPosition: 'TRIM_HORIZON',
        ParallelizationFactor: 1, // sign-ins need what is left of a new account's ten functions at a time
      });
      expect(source).not.toHaveProperty('MaximumRetryAttempts');
      expect(sooner.MaximumRecordAgeInSeconds).toBeGreaterThanOrEqual(3600);
      expect(sooner.MaximumRecordAgeInSeconds).toBeLessThan(source.MaximumRecordAgeInSeconds);
      expect(queue).toMatchObject({ MessageRetentionPeriod: FOURTEEN_DAYS_SECONDS, SqsManagedSseEnabled: true });
    },
  );

  it('are read by as many functions at a time as the settings say', async () => {
    const faster = await synthesise({ settings: { deployment: { parallelBatches: 4 } } });

    expect(deliverMessages.channels.map((channel) => readerOf(faster, channel).ParallelizationFactor)).toEqual([4, 4]);
  });

  it('are read channel by channel: codes by SMS that can not be sent hold up no mail', () => {
    const readers = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    const aliases = resourcesOf(template, 'AWS::Lambda::Alias').filter(([id]) => id.includes('DeliverMessages'));

    const targets = readers.map(([, { Properties: reader }]) => asText(reader.FunctionName));

    // Lambda refuses a second mapping of a stream to one alias, but accepts one to another.
    expect(readers.map(([, { Properties: reader }]) => calledBy(template, reader.FunctionName))).toEqual([
      'deliver-messages live',
      'deliver-messages sms-reader',
    ]);
    expect(targets).toEqual([expect.stringMatching(/:live$/), expect.stringMatching(/:sms-reader$/)]);
    expect(new Set(aliases.map(([, { Properties: alias }]) => asText(alias.FunctionVersion))).size).toBe(1);
    expect(readers).toHaveLength(deliverMessages.channels.length);
    expect(deliverMessages.channels).toEqual(OUTBOX_CHANNELS);
    expect(new Set(deliverMessages.channels)).toEqual(new Set(Object.keys(deliverMessages.tables.outbox ?? {})));
  });
});

describe('the way out', () => {
  /** @asvs 12.3.1 */
  it('sends mail over TLS or not at all, signed with DKIM, and hears of what comes back', async () => {
    const template = await synthesise();

    const [, { Properties: set }] = onlyOne(template, 'AWS::SES::ConfigurationSet');
    const [, { Properties: identity }] = onlyOne(template, 'AWS::SES::EmailIdentity');
    const [, { Properties: feedback }] = onlyOne(template, 'AWS::SES::ConfigurationSetEventDestination');
    expect(set.DeliveryOptions).toMatchObject({ TlsPolicy: 'REQUIRE' });
    expect(identity).toMatchObject({
      EmailIdentity: 'bookshelf.example',
      DkimAttributes: { SigningEnabled: true },
      MailFromAttributes: { MailFromDomain: 'bounce.bookshelf.example' },
    });
    expect(feedback.EventDestination.MatchingEventTypes.toSorted()).toEqual([
      'bounce',
      'complaint',
      'delivery',
      'deliveryDelay',
      'reject',
    ]);
  });

  it('gives a mail up once the token of a recovery is over', async () => {
    const template = await synthesise({ settings: { tokens: { recoverySeconds: 600 } } });

    const [, { Properties: set }] = onlyOne(template, 'AWS::SES::ConfigurationSet');
    expect(set.DeliveryOptions.MaxDeliverySeconds).toBe(600);
  });

  it('hears of mail through an encrypted topic, to which SES may publish for this configuration set alone', async () => {
    const template = await synthesise();

    const [topicId, { Properties: topic }] = onlyNamed(template, 'AWS::SNS::Topic', 'MailEvents');
    const [keyId, { Properties: key }] = onlyNamed(template, 'AWS::KMS::Key', 'MailEventsKey');
    const [setId] = onlyOne(template, 'AWS::SES::ConfigurationSet');
    expect(topic.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [keyId, 'Arn'] });
    expect(key.EnableKeyRotation).toBe(true);
    const policies = resourcesOf(template, 'AWS::SNS::TopicPolicy').flatMap(([, { Properties }]) =>
      JSON.stringify(Properties.Topics).includes(topicId) ? Properties.PolicyDocument.Statement : [],
    );
    const allowed = policies.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed).toEqual([
      expect.objectContaining({ Action: 'sns:Publish', Principal: { Service: 'ses.amazonaws.com' } }),
    ]);
    expect(JSON.stringify(allowed[0].Condition)).toContain(setId);
    expect(Object.keys(allowed[0].Condition.StringEquals)).toEqual(['AWS:SourceAccount', 'AWS:SourceArn']);
  });

  it('hands what SES tells to record-feedback, which knows its topic', async () => {
    const template = await synthesise();

    const [topicId] = onlyNamed(template, 'AWS::SNS::Topic', 'MailEvents');
    const [, { Properties: recorder }] = functionsByFlow(template).get('record-feedback') ?? ['', {} as never];
    const [, { Properties: subscription }] = onlyOne(template, 'AWS::SNS::Subscription');
    const [queueId] = onlyNamed(template, 'AWS::SQS::Queue', 'RecordFeedback');
    expect(subscription).toMatchObject({
      Protocol: 'lambda',
      TopicArn: { Ref: topicId },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [queueId, 'Arn'] } },
    });
    expect(calledBy(template, subscription.Endpoint)).toBe('record-feedback live');
    expect(recorder.Environment.Variables.TOPIC).toEqual({ Ref: topicId });
  });

  it("makes no identity where the sender's domain is verified already", async () => {
    const template = await synthesise({ settings: { deployment: { mailIdentity: 'existing' } } });

    expect(resourcesOf(template, 'AWS::SES::EmailIdentity')).toEqual([]);
  });

  it('turns the keyring as often as the settings say, and at once the first time', async () => {
    const template = await synthesise({ settings: { deployment: { keyRotationDays: 30 } } });

    const [, { Properties: rotation }] = onlyOne(template, 'AWS::SecretsManager::RotationSchedule');
    expect(rotation).toMatchObject({ RotationRules: { AutomaticallyAfterDays: 30 }, RotateImmediatelyOnUpdate: true });
    expect(calledBy(template, rotation.RotationLambdaARN)).toBe('rotate-keyring live');
  });
});
