import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { type Alarm, alarmsOf } from '../support/alarms.ts';
import { goesOff } from '../support/metric-math.ts';
import { runApp } from '../support/run-app.ts';
import { onlyNamed, permissionsOf, resourcesOf } from '../support/stack-view.ts';
import { synthesise, WITH_ALL_SMS } from '../support/synthesise.ts';

const NAMESPACE = 'Keyturn/Keyturn';

const led = (alarms: readonly Alarm[], anchor: string): Alarm[] =>
  alarms.filter(({ description }) => description.endsWith(`#${anchor}`));

const alarmsWith = async (settings: Partial<SettingsInput>): Promise<Alarm[]> =>
  alarmsOf(await synthesise({ settings }));

/** What is counted of SNS's log; the log of the API has a filter of its own. */
const filtersOf = (template: Template) =>
  resourcesOf(template, 'AWS::Logs::MetricFilter').flatMap(([id, { Properties }]) =>
    id.includes('SmsDelivery') ? [Properties] : [],
  );

describe('the alarms of SMS that were handed over', () => {
  let plain: Alarm[];
  let all: Alarm[];

  beforeAll(async () => {
    plain = await alarmsWith({});
    all = await alarmsWith(WITH_ALL_SMS);
  });

  it.each([
    { what: 'nothing is sent', values: {}, off: false },
    { what: 'a phone is off', values: { lost: 4, arrived: 1 }, off: false },
    { what: 'a few of many are lost', values: { lost: 19, arrived: 81 }, off: false },
    { what: 'a fifth is lost', values: { lost: 20, arrived: 80 }, off: true },
    { what: 'none arrives', values: { lost: 5 }, off: true },
  ])('go off by the share of all, where $what: $off', ({ values, off }) => {
    const [alarm] = led(plain, 'sms-undelivered');

    expect(alarm && goesOff(alarm, values)).toBe(off);
    expect(alarm?.metrics.map(({ namespace, name, dimensions }) => [namespace, name, dimensions])).toEqual([
      ['AWS/SNS', 'NumberOfNotificationsFailed', { PhoneNumber: 'PhoneNumberDirect' }],
      ['AWS/SNS', 'NumberOfNotificationsDelivered', { PhoneNumber: 'PhoneNumberDirect' }],
    ]);
  });

  it('watch each country that wants an originator, with no more metrics in an alarm than CloudWatch takes', async () => {
    const anchor = 'sms-country-undelivered';
    const alarms = led(plain, anchor);

    const countries = alarms.flatMap(({ metrics }) => [
      ...new Set(metrics.map(({ dimensions }) => dimensions.Country)),
    ]);
    expect(countries).toEqual('AT CA GB IE US'.split(' '));
    const more = led(await alarmsWith({ sms: { countries: ['ES', 'AT', 'DE', 'AU', 'US', 'CA', 'SG'] } }), anchor);
    const groups = more.map(({ metrics }) => [...new Set(metrics.map(({ dimensions }) => dimensions.Country))]);
    expect(groups).toEqual([['AT', 'AU', 'CA', 'ES', 'SG'], ['US']]);
    for (const { namespace, name, dimensions } of alarms.flatMap(({ metrics }) => metrics))
      expect([namespace, name, dimensions.SMSType]).toEqual(['AWS/SNS', 'SMSSuccessRate', 'Transactional']);
  });

  it.each([
    { what: 'nothing is sent', values: {}, off: false },
    { what: 'too few were sent to judge', values: { sent4: 9 }, off: false },
    { what: 'half of them arrive', values: { sent4: 10, arrived4: 5 }, off: false },
    { what: 'fewer arrive in one country', values: { sent4: 10, arrived4: 4, sent0: 900, arrived0: 890 }, off: true },
    { what: 'none arrives in one country', values: { sent1: 10, sent0: 900, arrived0: 900 }, off: true },
  ])('go off by country where $what: $off', ({ values, off }) => {
    const [alarm] = led(plain, 'sms-country-undelivered');

    expect(alarm && goesOff(alarm, values)).toBe(off);
  });

  it("go off at four fifths of what the account may spend, which is a new account's unless the operator says", async () => {
    const told = await alarmsWith({ deployment: { sms: { monthlyLimitUsd: 620 } } });
    const [atFirst, later] = [plain, told].map((alarms) => led(alarms, 'sms-monthly-limit'));

    expect(atFirst?.map(({ threshold }) => threshold)).toEqual([0.8]);
    expect(later?.map(({ threshold, properties }) => [threshold, properties.Statistic])).toEqual([[496, 'Maximum']]);
    expect(later?.[0]?.metrics).toMatchObject([
      { namespace: 'AWS/SNS', name: 'SMSMonthToDateSpentUSD', dimensions: {} },
    ]);
  });

  it("watch Notify's own limit where codes go out by it, and by SNS only the countries that something is named for", () => {
    const limits = led(all, 'sms-monthly-limit').flatMap(({ metrics, threshold }) => [[metrics[0]?.name, threshold]]);
    const countries = led(all, 'sms-country-undelivered').flatMap(({ metrics }) => metrics[0]?.dimensions.Country);

    expect(limits).toEqual([
      ['SMSMonthToDateSpentUSD', 80],
      ['NotifyMessageMonthlySpend', 40],
    ]);
    expect(countries).toEqual(['GB']);
  });

  it('are none where no SMS are sent', async () => {
    const none = await alarmsWith({ sms: { dailyBudgetUsd: 0 } });

    const anchors = ['sms-undelivered', 'sms-country-undelivered', 'sms-monthly-limit', 'sms-blocked'];
    expect(anchors.flatMap((anchor) => led(none, anchor))).toEqual([]);
  });

  it('read the log of SNS where it is on, by the kind of reason', () => {
    const read = ['sms-blocked', 'sms-account-refused'].flatMap((anchor) =>
      led(all, anchor).map(({ threshold, metrics: [metric] }) => [metric?.namespace, metric?.name, threshold]),
    );

    expect(read).toEqual([
      [NAMESPACE, 'SmsNotDelivered-blocked', 5],
      [NAMESPACE, 'SmsNotDelivered-account', 1],
    ]);
  });
});

describe("SNS's log of SMS that did not arrive", () => {
  let template: Template;

  beforeAll(async () => {
    template = await synthesise({ settings: WITH_ALL_SMS });
  });

  it('is not there unless it is asked for', async () => {
    const plain = await synthesise();

    expect(filtersOf(plain)).toEqual([]);
    expect(plain.findOutputs('SmsDeliveryRoleArn')).toEqual({});
  });

  it('has the name that SNS writes to, and keeps the numbers in it for two weeks, no longer than the stack', () => {
    const [, group] = onlyNamed(template, 'AWS::Logs::LogGroup', 'SmsDelivery');

    expect(group.Properties).toEqual({
      LogGroupName: {
        'Fn::Join': [
          '',
          ['sns/', { Ref: 'AWS::Region' }, '/', { Ref: 'AWS::AccountId' }, '/DirectPublishToPhoneNumber/Failure'],
        ],
      },
      RetentionInDays: 14,
    });
    expect(group.DeletionPolicy).toBe('Delete');
  });

  it('is written by SNS alone, on behalf of this account, with a role that can do nothing else', () => {
    const [id, role] = onlyNamed(template, 'AWS::IAM::Role', 'SmsDelivery');

    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    const groups =
      'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:sns/<AWS::Region>/<AWS::AccountId>/DirectPublishToPhoneNumber*';
    const actions = 'CreateLogGroup CreateLogStream PutLogEvents PutMetricFilter PutRetentionPolicy'.split(' ');
    expect(permissionsOf(template, id).toSorted()).toEqual(actions.map((action) => `Allow logs:${action} ${groups}`));
    expect(template.findOutputs('SmsDeliveryRoleArn').SmsDeliveryRoleArn?.Value).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
  });

  it('is counted once for each line, by exactly one kind of reason for each that SNS gives', () => {
    const filters = filtersOf(template);
    const words = filters.flatMap(({ FilterPattern }) =>
      [...FilterPattern.matchAll(/= "([^"]+)"/g)].map(([, one]) => one),
    );

    /** @see SNS developer guide, "SMS delivery failure reasons" */
    const documented = [
      'Blocked as spam by phone carrier',
      'Destination is on a blocked list',
      'Invalid phone number',
      'Message body is invalid',
      'Phone carrier has blocked this message',
      'Phone carrier is currently unreachable/unavailable',
      'Phone has blocked SMS',
      'Phone is on a blocked list',
      'Phone is currently unreachable/unavailable',
      'Phone number is opted out',
      'This delivery would exceed max price',
      'Unknown error attempting to reach phone',
    ];
    expect(new Set(words).size).toBe(words.length);
    expect(words).toEqual(expect.arrayContaining(documented));
    for (const { FilterPattern, MetricTransformations } of filters) {
      expect(FilterPattern).toMatch(/^\{ (\(\$\.delivery\.providerResponse = "[^"]+"\)( \|\| )?)+ \}$/);
      expect(MetricTransformations).toMatchObject([{ MetricNamespace: NAMESPACE, MetricValue: '1' }]);
    }
  });

  it('is taken by cdk-nag and the validation of CloudFormation', async () => {
    const { productName, sender, publicUrl } = {
      productName: 'Bookshelf',
      sender: 'no-reply@bookshelf.example',
      publicUrl: 'https://auth.bookshelf.example',
    };

    expect(await runApp({ productName, sender, publicUrl, ...WITH_ALL_SMS }, 'eu-central-1')).toMatchObject({
      code: 0,
    });
  });
});
