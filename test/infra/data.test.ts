import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { deliverMessages } from '../../functions/deliver-messages/contract.ts';
import { OUTBOX_CHANNELS } from '../../shared/outbox/outbox.ts';
import { deadLettersOf, functionsByFlow, onlyOne, resourcesOf } from '../support/stack-view.ts';
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
    const [keyId, { Properties: key }] = onlyOne(template, 'AWS::KMS::Key');
    const { Properties: credentials } = tables.Credentials ?? {};

    expect(credentials.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(credentials.Replicas[0].SSESpecification).toEqual({ KMSMasterKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] } });
    expect(key.EnableKeyRotation).toBe(true);
    const [, ...forOthers] = key.KeyPolicy.Statement;
    expect(forOthers).toHaveLength(1);
    expect(Object.keys(forOthers[0].Condition.StringEquals)).toEqual(['kms:CallerAccount', 'kms:ViaService']);
  });

  it('use the key that is given, and make none', async () => {
    const tableEncryptionKey = Key.fromKeyArn(new Stack(new App(), 'Elsewhere'), 'Own', OWN_KEY);

    const given = await synthesise({ tableEncryptionKey });

    const { Properties: credentials } = tablesOf(given).Credentials ?? {};
    expect(credentials.Replicas[0].SSESpecification).toEqual({ KMSMasterKeyId: OWN_KEY });
    expect(resourcesOf(given, 'AWS::KMS::Key')).toEqual([]);
  });

  it.each(deliverMessages.channels)(
    'wake deliver-messages for new %s rows of the Outbox alone; one bad row keeps no other, and ends as a dead letter',
    async (channel) => {
      const source = readerOf(template, channel);
      const [queueId, { Properties: queue }] = deadLettersOf(template, 'deliver-messages');
      const patient = await synthesise({ settings: { messages: { retrySeconds: 3600 } } });
      const sooner = readerOf(patient, channel);

      expect(source).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [tables.Outbox?.id, 'StreamArn'] },
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queueId, 'Arn'] } } },
        StartingPosition: 'TRIM_HORIZON',
      });
      expect(source).not.toHaveProperty('MaximumRetryAttempts');
      expect(sooner.MaximumRecordAgeInSeconds).toBeGreaterThanOrEqual(3600);
      expect(sooner.MaximumRecordAgeInSeconds).toBeLessThan(source.MaximumRecordAgeInSeconds);
      expect(queue).toMatchObject({ MessageRetentionPeriod: FOURTEEN_DAYS_SECONDS, SqsManagedSseEnabled: true });
    },
  );

  it('are read channel by channel: codes by SMS that can not be sent hold up no mail', () => {
    const readers = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    const [aliasId, { Properties: alias }] = onlyOne(template, 'AWS::Lambda::Alias');
    const functionId = functionsByFlow(template).get('deliver-messages')?.[0];

    const targets = readers.map(([, { Properties: reader }]) => JSON.stringify(reader.FunctionName));

    // Lambda refuses a second mapping of a stream to one function, but accepts one to an alias.
    expect(targets).toEqual([JSON.stringify({ Ref: functionId }), expect.stringContaining(aliasId)]);
    expect(targets[1]).toContain(`:${alias.Name}`);
    expect(alias).toMatchObject({ FunctionName: { Ref: functionId }, FunctionVersion: '$LATEST' });
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
    expect(set.DeliveryOptions).toEqual({ TlsPolicy: 'REQUIRE' });
    expect(identity).toMatchObject({
      EmailIdentity: 'bookshelf.example',
      DkimAttributes: { SigningEnabled: true },
      MailFromAttributes: { MailFromDomain: 'bounce.bookshelf.example' },
    });
    expect(feedback.EventDestination.MatchingEventTypes).toEqual(
      expect.arrayContaining(['bounce', 'complaint', 'delivery']),
    );
  });

  it("makes no identity where the sender's domain is verified already", async () => {
    const template = await synthesise({ settings: { deployment: { mailIdentity: 'existing' } } });

    expect(resourcesOf(template, 'AWS::SES::EmailIdentity')).toEqual([]);
  });

  it('turns the keyring as often as the settings say, and at once the first time', async () => {
    const template = await synthesise({ settings: { deployment: { keyRotationDays: 30 } } });

    const [, { Properties: rotation }] = onlyOne(template, 'AWS::SecretsManager::RotationSchedule');
    const [rotator] = functionsByFlow(template).get('rotate-keyring') ?? [];
    expect(rotation).toMatchObject({
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediatelyOnUpdate: true,
      RotationLambdaARN: { 'Fn::GetAtt': [rotator, 'Arn'] },
    });
  });
});
