import type { AwsAnswers } from './fake-aws.ts';
import {
  ACCOUNT,
  attributes,
  certificate,
  DAY,
  DEPLOYED,
  describedStack,
  emailIdentity,
  environmentOf,
  json,
  KEYRING,
  list,
  logEvents,
  NOW,
  originatorPolicy,
  phoneNumber,
  resources,
  senderId,
  sesAccount,
  TOPIC,
  xml,
} from './recorded-shapes.ts';

const identity = `<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/Support/alice</Arn><UserId>AROA:alice</UserId><Account>${ACCOUNT}</Account>`;

/** An account in which all is well, and a stack that is deployed there. */
export const GOOD: AwsAnswers = {
  GetCallerIdentity: () => xml('GetCallerIdentity', identity),
  GetAccountSettings: () =>
    json({
      AccountLimit: { TotalCodeSize: 80530636800, ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 },
      AccountUsage: { TotalCodeSize: 1, FunctionCount: 40 },
    }),
  ListRequestedServiceQuotaChangeHistoryByQuota: () => json({ RequestedQuotas: [] }),
  GetAccount: () => sesAccount(),
  GetEmailIdentity: () => emailIdentity(),
  GetSMSSandboxAccountStatus: () => xml('GetSMSSandboxAccountStatus', '<IsInSandbox>false</IsInSandbox>'),
  GetSMSAttributes: () =>
    xml(
      'GetSMSAttributes',
      attributes({ MonthlySpendLimit: '620', DeliveryStatusIAMRole: 'arn:aws:iam::1:role/Logs' }),
    ),
  DescribeAccountAttributes: () => json({ AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: 'PRODUCTION' }] }),
  DescribeSpendLimits: () =>
    json({
      SpendLimits: [
        { Name: 'VOICE_MESSAGE_MONTHLY_SPEND_LIMIT', EnforcedLimit: 1, MaxLimit: 1, Overridden: false },
        { Name: 'TEXT_MESSAGE_MONTHLY_SPEND_LIMIT', EnforcedLimit: 620, MaxLimit: 1000, Overridden: true },
        { Name: 'NOTIFY_MESSAGE_MONTHLY_SPEND_LIMIT', EnforcedLimit: 620, MaxLimit: 1000, Overridden: true },
      ],
    }),
  DescribeProtectConfigurations: () => json({ ProtectConfigurations: [] }),
  DescribePhoneNumbers: () => json({ PhoneNumbers: [phoneNumber()] }),
  DescribeSenderIds: () => json({ SenderIds: [senderId()] }),
  GetResourcePolicy: () =>
    json({ ResourceArn: 'x', Policy: originatorPolicy('sns.amazonaws.com'), CreatedTimestamp: NOW }),
  DescribeStacks: () => describedStack(),
  ListStackResources: () => xml('ListStackResources', list('StackResourceSummaries', resources())),
  GetFunctionConfiguration: () => environmentOf(DEPLOYED),
  DescribeSecret: () =>
    json({
      ARN: KEYRING,
      RotationEnabled: true,
      LastRotatedDate: NOW - 10.5 * DAY,
      NextRotationDate: NOW + 79.5 * DAY,
    }),
  GetEventSourceMapping: ({ UUID }) =>
    json({ UUID, State: 'Enabled', FunctionArn: 'arn:aws:lambda:x', LastProcessingResult: 'No records processed' }),
  ListSubscriptionsByTopic: () =>
    xml(
      'ListSubscriptionsByTopic',
      list('Subscriptions', [
        {
          TopicArn: TOPIC,
          Protocol: 'email',
          SubscriptionArn: `${TOPIC}:1`,
          Owner: ACCOUNT,
          Endpoint: 'on-call@bookshelf.example',
        },
      ]),
    ),
  DescribeCertificate: () => certificate(),
  FilterLogEvents: ({ filterPattern }) =>
    filterPattern === '"password-hasher"'
      ? logEvents([
          { time: 'x', level: 'info', event: 'password-hasher', library: '@node-rs/argon2', architecture: 'x64' },
        ])
      : logEvents([90, 60, 70].map((duration_ms) => ({ event: 'request', flow: 'sign-in', status: 200, duration_ms }))),
  DetectStackDrift: () => xml('DetectStackDrift', '<StackDriftDetectionId>d1</StackDriftDetectionId>'),
  DescribeStackDriftDetectionStatus: () =>
    xml(
      'DescribeStackDriftDetectionStatus',
      '<StackDriftDetectionId>d1</StackDriftDetectionId><DetectionStatus>DETECTION_COMPLETE</DetectionStatus><StackDriftStatus>IN_SYNC</StackDriftStatus>',
    ),
  DescribeStackResourceDrifts: () => xml('DescribeStackResourceDrifts', '<StackResourceDrifts/>'),
};

/** An account of today: everything in its sandbox, nothing asked for, no stack. */
export const NEW_ACCOUNT: AwsAnswers = {
  ...GOOD,
  GetAccountSettings: () => json({ AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } }),
  GetAccount: () =>
    sesAccount({
      ProductionAccessEnabled: false,
      SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 },
      Details: undefined,
      DeliveryAttributes: { SharedPoolDeliveryMode: 'GLOBAL' },
    }),
  GetSMSSandboxAccountStatus: () => xml('GetSMSSandboxAccountStatus', '<IsInSandbox>true</IsInSandbox>'),
  GetSMSAttributes: () => xml('GetSMSAttributes', attributes({ MonthlySpendLimit: '1' })),
  DescribeAccountAttributes: () => json({ AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: 'SANDBOX' }] }),
  DescribeSpendLimits: () =>
    json({
      SpendLimits: [{ Name: 'TEXT_MESSAGE_MONTHLY_SPEND_LIMIT', EnforcedLimit: 1, MaxLimit: 1, Overridden: false }],
    }),
  DescribePhoneNumbers: () => json({ PhoneNumbers: [] }),
  DescribeSenderIds: () => json({ SenderIds: [] }),
};
