import type { CheckStatus } from '../../../scripts/doctor/finding.ts';
import { type DoctorRow, describeChecks } from '../../support/doctor-cases.ts';
import { type AwsAnswers, jsonError } from '../../support/fake-aws.ts';
import {
  attributes,
  DEPLOYED,
  environmentOf,
  json,
  originatorPolicy,
  phoneNumber,
  senderId,
  xml,
} from '../../support/recorded-shapes.ts';

const sms = (changes: object): AwsAnswers => ({
  GetFunctionConfiguration: () => environmentOf({ ...DEPLOYED, sms: { ...DEPLOYED.sms, ...changes } }),
});
/** Codes go by Notify, to the USA unless it is told otherwise. */
const byNotify = (changes: object = {}): AwsAnswers => ({
  GetFunctionConfiguration: () =>
    environmentOf({
      ...DEPLOYED,
      recovery: { byPhone: false },
      sms: {
        channel: 'notify',
        notify: { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } },
        countries: ['US'],
        ...changes,
      },
    }),
});
const IN_SANDBOX: AwsAnswers = {
  GetSMSSandboxAccountStatus: () => xml('GetSMSSandboxAccountStatus', '<IsInSandbox>true</IsInSandbox>'),
};
const protect = (rules: Record<string, string>): AwsAnswers => ({
  DescribeProtectConfigurations: ({ NextToken }) =>
    NextToken === undefined
      ? json({
          ProtectConfigurations: [{ ProtectConfigurationId: 'protect-other', AccountDefault: false }],
          NextToken: 'next',
        })
      : json({ ProtectConfigurations: [{ ProtectConfigurationId: 'protect-1', AccountDefault: true }] }),
  GetProtectConfigurationCountryRuleSet: () =>
    json({
      CountryRuleSet: Object.fromEntries(
        Object.entries(rules).map(([country, ProtectStatus]) => [country, { ProtectStatus }]),
      ),
    }),
});
const snsSpends = (usd: string): AwsAnswers => ({
  GetSMSAttributes: () => xml('GetSMSAttributes', attributes({ MonthlySpendLimit: usd })),
});
const voiceSpends = (EnforcedLimit: number, MaxLimit: number): AwsAnswers => ({
  DescribeSpendLimits: () =>
    json({ SpendLimits: [{ Name: 'TEXT_MESSAGE_MONTHLY_SPEND_LIMIT', EnforcedLimit, MaxLimit }] }),
});
const notifySpends = (EnforcedLimit: number, MaxLimit: number): AwsAnswers => ({
  DescribeSpendLimits: () =>
    json({ SpendLimits: [{ Name: 'NOTIFY_MESSAGE_MONTHLY_SPEND_LIMIT', EnforcedLimit, MaxLimit }] }),
});

const CASES: Readonly<Record<string, [what: string, aws: AwsAnswers, status: CheckStatus, says: string][]>> = {
  'sms-sandbox': [
    [
      'one of the two services is in it',
      { DescribeAccountAttributes: () => json({ AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: 'SANDBOX' }] }) },
      'warn',
      'End User Messaging is in it',
    ],
    ['no SMS are sent', { ...sms({ dailyBudgetUsd: 0 }), ...IN_SANDBOX }, 'ok', 'sends no SMS'],
    ['codes go by Notify, and nothing by SNS', { ...byNotify(), ...IN_SANDBOX }, 'ok', 'SNS sends nothing'],
    ['what is no code goes by SNS', { ...byNotify({ senderId: 'MYAPP' }), ...IN_SANDBOX }, 'fail', 'in the sandbox'],
  ],
  'sms-spend-limit': [
    ['SNS stops first', snsSpends('619'), 'fail', 'MonthlySpendLimit=620'],
    ['SNS has none', { GetSMSAttributes: () => xml('GetSMSAttributes', '<attributes/>') }, 'fail', 'stop at 1 USD'],
    [
      'End User Messaging stops first',
      voiceSpends(100, 1000),
      'fail',
      'set-text-message-spend-limit-override --monthly-limit 620',
    ],
    ['AWS allows less', voiceSpends(100, 200), 'fail', 'ask for more first'],
    ['the budget is larger', sms({ dailyBudgetUsd: 20.5 }), 'fail', '=636'],
    ['both are just enough', voiceSpends(620, 620), 'ok', '620 USD'],
    [
      'Notify stops first',
      { ...byNotify(), ...notifySpends(100, 200) },
      'fail',
      'AWS allows 200 USD: ask for more first.\naws pinpoint-sms-voice-v2 set-notify-message-spend-limit-override --monthly-limit 620',
    ],
    ['SNS has little for what is no code', { ...byNotify({ senderId: 'MYAPP' }), ...snsSpends('1') }, 'warn', 'by SNS'],
    ['Notify has enough, and SNS sends nothing', { ...byNotify(), ...snsSpends('1') }, 'ok', 'by Notify stop at 620'],
    ['Notify has no limit that AWS tells', { ...byNotify(), ...voiceSpends(620, 620) }, 'unknown', 'what Notify may'],
  ],
  'sms-protect': [
    [
      'it blocks a country that is served',
      protect({ AT: 'ALLOW', DE: 'BLOCK', FR: 'BLOCK' }),
      'fail',
      'blocks SMS to DE.',
    ],
    ['it filters a country that is served', protect({ AT: 'ALLOW', DE: 'FILTER' }), 'warn', 'stop SMS to DE'],
    ['it blocks others', protect({ AT: 'ALLOW', DE: 'MONITOR', FR: 'BLOCK' }), 'ok', 'protect-1 stands'],
    [
      'it is named by the attributes of the account',
      {
        ...protect({ AT: 'BLOCK' }),
        DescribeAccountAttributes: () =>
          json({ AccountAttributes: [{ Name: 'DEFAULT_PROTECT_CONFIGURATION_ID', Value: 'protect-9' }] }),
      },
      'fail',
      'protect-9',
    ],
  ],
  'sms-originators': [
    [
      'the number is of another account',
      { DescribePhoneNumbers: () => json({ PhoneNumbers: [] }) },
      'fail',
      'does not have for US',
    ],
    [
      'the sender id is of another country',
      { DescribeSenderIds: () => json({ SenderIds: [senderId({ IsoCountryCode: 'DE' })] }) },
      'fail',
      'does not have for AT',
    ],
    [
      'the number waits',
      { DescribePhoneNumbers: () => json({ PhoneNumbers: [phoneNumber({ Status: 'PENDING' })] }) },
      'fail',
      'is PENDING',
    ],
    [
      'the number is for calls',
      { DescribePhoneNumbers: () => json({ PhoneNumbers: [phoneNumber({ NumberCapabilities: ['VOICE'] })] }) },
      'fail',
      'sends no SMS',
    ],
    [
      'the sender id is not registered',
      { DescribeSenderIds: () => json({ SenderIds: [senderId({ Registered: false })] }) },
      'fail',
      'is not registered there',
    ],
    [
      'SNS is not let in',
      { GetResourcePolicy: () => jsonError('ResourceNotFoundException') },
      'warn',
      'does not name SNS',
    ],
    [
      'another service is let in',
      { GetResourcePolicy: () => json({ Policy: originatorPolicy('pinpoint.amazonaws.com') }) },
      'warn',
      'does not name SNS',
    ],
    [
      'SNS is refused by name',
      { GetResourcePolicy: () => json({ Policy: originatorPolicy('sns.amazonaws.com').replace('Allow', 'Deny') }) },
      'warn',
      'does not name SNS',
    ],
    [
      'the policy can not be read',
      { GetResourcePolicy: () => jsonError('AccessDeniedException') },
      'unknown',
      'sms-voice:GetResourcePolicy',
    ],
    ['a country has none', sms({ originators: { US: '+12065550100' } }), 'fail', 'AT want a registered'],
    ['codes go by Notify, which has numbers', byNotify(), 'ok', 'SNS sends nothing'],
    ['what is no code would be lost', byNotify({ senderId: 'MYAPP' }), 'fail', 'US want a registered'],
    [
      'they come page by page',
      {
        DescribePhoneNumbers: ({ NextToken }) =>
          NextToken === undefined
            ? json({ PhoneNumbers: [], NextToken: '2' })
            : json({ PhoneNumbers: [phoneNumber()] }),
        DescribeSenderIds: ({ NextToken }) =>
          NextToken === undefined ? json({ SenderIds: [], NextToken: '2' }) : json({ SenderIds: [senderId()] }),
      },
      'ok',
      'has what it wants',
    ],
  ],
  'sms-delivery-logs': [
    ['there are none', snsSpends('620'), 'warn', 'which SMS arrive'],
    ['SNS sends nothing', { ...byNotify(), ...snsSpends('620') }, 'ok', 'SNS sends nothing'],
  ],
};

describeChecks(
  Object.fromEntries(
    Object.entries(CASES).map(([id, rows]) => [
      id,
      rows.map(([what, aws, status, says]): DoctorRow => [what, { aws }, status, says]),
    ]),
  ),
);
