import type { AwsPlace } from '../../shared/aws/aws-endpoint.ts';

/** How the requests of a service are written. @see Smithy, "AWS protocols" */
type AwsProtocol =
  | { kind: 'json'; version: '1.0' | '1.1'; target: string }
  | { kind: 'rest' }
  | { kind: 'query'; version: string };

/** A service of AWS: where it is, and how it is spoken to. */
export interface AwsApi extends AwsPlace {
  /** Its name in signatures. */
  signedAs: string;
  protocol: AwsProtocol;
}

/** The services whose ordinary hosts in GovCloud are those with FIPS. @see the endpoint rules of the SDK's clients */
const FIPS_IN_GOV_CLOUD: readonly string[] = [
  'acm',
  'cloudformation',
  'logs',
  'monitoring',
  'servicequotas',
  'sns',
  'sts',
];

const api = (name: string, endpointVariable: string, protocol: AwsProtocol, signedAs = name): AwsApi => ({
  name,
  endpointVariable,
  signedAs,
  protocol,
  isFipsInGovCloud: FIPS_IN_GOV_CLOUD.includes(name),
  hasIpv6Anyway: () => false,
});

/** AWS Certificate Manager. */
export const ACM = api('acm', 'ACM', { kind: 'json', version: '1.1', target: 'CertificateManager' });
/** AWS CloudFormation. */
export const CLOUDFORMATION = api('cloudformation', 'CLOUDFORMATION', { kind: 'query', version: '2010-05-15' });
/** Amazon CloudWatch, which speaks JSON too. @see botocore, cloudwatch, "protocols" */
export const CLOUDWATCH = api('monitoring', 'CLOUDWATCH', {
  kind: 'json',
  version: '1.0',
  target: 'GraniteServiceVersion20100801',
});
/** Amazon CloudWatch Logs. */
export const LOGS = api('logs', 'CLOUDWATCH_LOGS', { kind: 'json', version: '1.1', target: 'Logs_20140328' });
/** AWS Lambda. */
export const LAMBDA = api('lambda', 'LAMBDA', { kind: 'rest' });
/** AWS Secrets Manager. */
export const SECRETS_MANAGER = api('secretsmanager', 'SECRETS_MANAGER', {
  kind: 'json',
  version: '1.1',
  target: 'secretsmanager',
});
/** Service Quotas. */
export const SERVICE_QUOTAS = api('servicequotas', 'SERVICE_QUOTAS', {
  kind: 'json',
  version: '1.1',
  target: 'ServiceQuotasV20190624',
});
/** Amazon SES, API version 2. */
export const SES = api('email', 'SESV2', { kind: 'rest' }, 'ses');
/** AWS End User Messaging SMS. */
export const SMS_VOICE = api('sms-voice', 'PINPOINT_SMS_VOICE_V2', {
  kind: 'json',
  version: '1.0',
  target: 'PinpointSMSVoiceV2',
});
/** Amazon SNS. */
export const SNS = api('sns', 'SNS', { kind: 'query', version: '2010-03-31' });
/** AWS Security Token Service. */
export const STS = api('sts', 'STS', { kind: 'query', version: '2011-06-15' });
