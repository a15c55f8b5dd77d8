import type { AwsOperation } from '../aws/aws-operation.ts';
import { GET_CALLER_IDENTITY } from '../aws/get-caller-identity.ts';
import { apiDns, apiHealth, challenge, noUserAgent } from './api.ts';
import { certificate } from './certificate.ts';
import type { Check } from './check.ts';
import { concurrency } from './concurrency.ts';
import { STACK_OPERATIONS } from './deployed-stack.ts';
import { issuer } from './issuer.ts';
import { sesDeliveryMode, sesPlan, sesSandbox, sesStanding } from './mail-account.ts';
import { dkim, dmarc, mailFrom, senderIdentity } from './mail-domain.ts';
import { passwordHash } from './password-hash.ts';
import { smsDeliveryLogs, smsSandbox, smsSpendLimit } from './sms-account.ts';
import { smsOriginators } from './sms-originators.ts';
import { smsProtect } from './sms-protect.ts';
import { alarmSubscriptions, eventSources, keyring, stackDrift, stackStatus } from './stack-checks.ts';

/** Of an account and its region; they need no stack. */
export const ACCOUNT_CHECKS: readonly Check[] = [
  concurrency,
  sesSandbox,
  sesStanding,
  sesPlan,
  sesDeliveryMode,
  smsSandbox,
  smsSpendLimit,
  smsProtect,
  smsOriginators,
  smsDeliveryLogs,
];

/** Of a deployed stack, and of what is around it. */
export const STACK_CHECKS: readonly Check[] = [
  stackStatus,
  keyring,
  eventSources,
  alarmSubscriptions,
  senderIdentity,
  dkim,
  mailFrom,
  dmarc,
  certificate,
  apiDns,
  apiHealth,
  challenge,
  noUserAgent,
  issuer,
  passwordHash,
  stackDrift,
];

/** Everything that may be asked of AWS, and docs/operating.md's policy allows. */
export const ALL_OPERATIONS: readonly AwsOperation<unknown>[] = [
  ...new Set([
    GET_CALLER_IDENTITY,
    ...STACK_OPERATIONS,
    ...[...ACCOUNT_CHECKS, ...STACK_CHECKS].flatMap(({ asks }) => asks),
  ]),
];
