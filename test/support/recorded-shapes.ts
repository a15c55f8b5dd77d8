import { deliverMessages } from '../../functions/deliver-messages/contract.ts';
import { constructId } from '../../infra/construct-id.ts';
import { environmentSettings } from '../../shared/settings/contract-settings.ts';
import { parseSettings, type SettingsInput } from '../../shared/settings/settings.ts';
import type { AwsAnswer } from './fake-aws.ts';

/** The moment of the recordings, and what it is in seconds of the epoch. */
export const RECORDED_AT_MS = Date.UTC(2026, 10, 30, 12);
export const NOW = RECORDED_AT_MS / 1000;
export const DAY = 24 * 60 * 60;

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:Keyturn-ServiceAlarmsTopic`;
export const KEYRING = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:Keyring-Ab12Cd`;
const CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/0a1b2c3d-0000-4000-8000-000000000000`;
export const MAPPINGS = ['1c5a6d1e-0000-4000-8000-000000000001', '1c5a6d1e-0000-4000-8000-000000000002'];

/** What the deployed service is set to. */
export const DEPLOYED: SettingsInput = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
  sms: { countries: ['AT', 'DE', 'US'], originators: { US: '+12065550100', AT: 'BOOKSHELF' } },
};

export const json = (body: object): AwsAnswer => ({ body: JSON.stringify(body) });

/** An answer of the query protocol, as SNS and CloudFormation write it. */
export const xml = (operation: string, result: string): AwsAnswer => ({
  headers: { 'content-type': 'text/xml' },
  body: `<?xml version="1.0"?>\n<${operation}Response xmlns="http://${operation.includes('Stack') ? 'cloudformation' : 'sns'}.amazonaws.com/doc/">\n  <${operation}Result>${result}</${operation}Result>\n  <ResponseMetadata><RequestId>0e5b5c1c-0000-5000-8000-000000000000</RequestId></ResponseMetadata>\n</${operation}Response>`,
});

export const list = (name: string, members: readonly Record<string, string>[]): string =>
  members.length === 0
    ? `<${name}/>`
    : `<${name}>${members
        .map(
          (member) =>
            `<member>${Object.entries(member)
              .map(([key, value]) => `<${key}>${value}</${key}>`)
              .join('')}</member>`,
        )
        .join('')}</${name}>`;

export const attributes = (values: Record<string, string>): string =>
  `<attributes>${Object.entries(values)
    .map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`)
    .join('')}</attributes>`;

const HASHING = ['sign-in', 'complete-sign-up', 'reset-password', 'reauthenticate', 'change-password'];

export const resources = (): Record<string, string>[] => [
  ...['deliver-messages', ...HASHING].flatMap((flow) => {
    const id = constructId(flow);
    return [
      {
        LogicalResourceId: `Service${id}Function1A2B3C4D`,
        ResourceType: 'AWS::Lambda::Function',
        PhysicalResourceId: `Keyturn-${id}`,
      },
      {
        LogicalResourceId: `Service${id}Logs5E6F7A8B`,
        ResourceType: 'AWS::Logs::LogGroup',
        PhysicalResourceId: `Keyturn-${id}Logs`,
      },
    ];
  }),
  ...MAPPINGS.map((PhysicalResourceId, index) => ({
    LogicalResourceId: `ServiceDeliverMessagesSource${index}`,
    ResourceType: 'AWS::Lambda::EventSourceMapping',
    PhysicalResourceId,
  })),
  { LogicalResourceId: 'CDKMetadata', ResourceType: 'AWS::CDK::Metadata', PhysicalResourceId: 'x' },
];

const outputs = {
  ApiUrl: 'https://auth.bookshelf.example',
  DomainTarget: 'd-abc123.execute-api.eu-central-1.amazonaws.com',
  CertificateArn: CERTIFICATE,
  KeyringArn: KEYRING,
  AlarmTopicArn: TOPIC,
};

/** The answer of DescribeStacks. @param changedOutputs `null` for one that is left out */
export const describedStack = (
  changes: Record<string, string> = {},
  changedOutputs: Readonly<Record<string, string | null>> = {},
): AwsAnswer => {
  const told = Object.entries({ ...outputs, ...changedOutputs }).flatMap(([OutputKey, OutputValue]) =>
    OutputValue === null ? [] : [{ OutputKey, OutputValue }],
  );
  const fields = {
    StackId: 'arn:aws:cloudformation:x',
    StackStatus: 'UPDATE_COMPLETE',
    EnableTerminationProtection: 'true',
    ...changes,
  };
  const text = Object.entries(fields)
    .map(([key, value]) => `<${key}>${value}</${key}>`)
    .join('');
  return xml('DescribeStacks', `<Stacks><member>${text}${list('Outputs', told)}</member></Stacks>`);
};

/** The settings in the environment of a function, as infra writes them. */
export const environmentOf = (settings: SettingsInput): AwsAnswer =>
  json({
    FunctionName: 'Keyturn-DeliverMessages',
    Runtime: 'nodejs24.x',
    Environment: {
      Variables: { KEYTURN_SETTINGS: JSON.stringify(environmentSettings(deliverMessages, parseSettings(settings))) },
    },
  });

/** SES's account. @see SES API v2, GetAccount */
export const sesAccount = (changes: object = {}): AwsAnswer =>
  json({
    DedicatedIpAutoWarmupEnabled: true,
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: true,
    SendQuota: { Max24HourSend: 50000, MaxSendRate: 14, SentLast24Hours: 120 },
    SendingEnabled: true,
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    Details: { MailType: 'TRANSACTIONAL', ReviewDetails: { Status: 'GRANTED', CaseId: '1' } },
    PricingAttributes: { CurrentPlan: 'ESSENTIALS' },
    DeliveryAttributes: { SharedPoolDeliveryMode: 'REGIONAL' },
    ...changes,
  });

/** SES's identity of the sender's domain. @see SES API v2, GetEmailIdentity */
export const emailIdentity = ({
  dkim = {},
  mailFrom = {},
  ...changes
}: {
  dkim?: object;
  mailFrom?: object;
  VerifiedForSendingStatus?: boolean;
} = {}): AwsAnswer =>
  json({
    IdentityType: 'DOMAIN',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    DkimAttributes: {
      SigningEnabled: true,
      Status: 'SUCCESS',
      Tokens: ['one', 'two', 'three'],
      SigningHostedZone: 'dkim.amazonses.com',
      SigningAttributesOrigin: 'AWS_SES',
      CurrentSigningKeyLength: 'RSA_2048_BIT',
      ...dkim,
    },
    MailFromAttributes: {
      MailFromDomain: 'bounce.bookshelf.example',
      MailFromDomainStatus: 'SUCCESS',
      BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      ...mailFrom,
    },
    Policies: {},
    Tags: [],
    ...changes,
  });

/** A number, by its ARN's last part. @see AWS End User Messaging SMS API, PhoneNumberInformation */
export const phoneNumber = (changes: object = {}): object => ({
  PhoneNumberArn: `arn:aws:sms-voice:${REGION}:${ACCOUNT}:phone-number/phone-us`,
  PhoneNumberId: 'phone-us',
  PhoneNumber: '+12065550100',
  Status: 'ACTIVE',
  IsoCountryCode: 'US',
  MessageType: 'TRANSACTIONAL',
  NumberCapabilities: ['SMS', 'VOICE'],
  NumberType: 'TOLL_FREE',
  MonthlyLeasingPrice: '2.00',
  TwoWayEnabled: false,
  SelfManagedOptOutsEnabled: false,
  OptOutListName: 'Default',
  DeletionProtectionEnabled: false,
  CreatedTimestamp: NOW - 30 * DAY,
  ...changes,
});

export const senderId = (changes: object = {}): object => ({
  SenderIdArn: `arn:aws:sms-voice:${REGION}:${ACCOUNT}:sender-id/BOOKSHELF/AT`,
  SenderId: 'BOOKSHELF',
  IsoCountryCode: 'AT',
  MessageTypes: ['TRANSACTIONAL'],
  MonthlyLeasingPrice: '0.00',
  DeletionProtectionEnabled: false,
  Registered: true,
  ...changes,
});

/** The policy that lets SNS use an originator. */
export const originatorPolicy = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: service }, Action: 'sms-voice:SendTextMessage', Resource: '*' },
    ],
  });

/** Lines of a function's log. @see CloudWatch Logs API, FilterLogEvents */
export const logEvents = (lines: readonly object[]): AwsAnswer =>
  json({
    events: lines.map((line, index) => ({
      logStreamName: 's',
      timestamp: RECORDED_AT_MS - 1000,
      message: `${JSON.stringify(line)}\n`,
      ingestionTime: RECORDED_AT_MS,
      eventId: String(index),
    })),
    searchedLogStreams: [],
  });

export const certificate = (changes: object = {}): AwsAnswer =>
  json({
    Certificate: {
      CertificateArn: CERTIFICATE,
      DomainName: 'auth.bookshelf.example',
      SubjectAlternativeNames: ['auth.bookshelf.example'],
      Status: 'ISSUED',
      Type: 'AMAZON_ISSUED',
      KeyAlgorithm: 'RSA-2048',
      NotBefore: NOW - 100 * DAY,
      NotAfter: NOW + 200 * DAY,
      RenewalEligibility: 'ELIGIBLE',
      ...changes,
    },
  });
