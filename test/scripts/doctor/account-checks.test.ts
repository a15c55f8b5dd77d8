import type { CheckStatus } from '../../../scripts/doctor/finding.ts';
import { type DoctorRow, describeChecks } from '../../support/doctor-cases.ts';
import type { AwsAnswers } from '../../support/fake-aws.ts';
import { json, sesAccount } from '../../support/recorded-shapes.ts';

const limit = (free: number) => () => json({ AccountLimit: { UnreservedConcurrentExecutions: free } });
const asked = (Status: string, DesiredValue = 1000) => ({
  ListRequestedServiceQuotaChangeHistoryByQuota: () =>
    json({ RequestedQuotas: [{ Status, DesiredValue, Created: 1 }] }),
});
const ses = (changes: object): AwsAnswers => ({ GetAccount: () => sesAccount(changes) });

const CASES: Readonly<Record<string, [what: string, aws: AwsAnswers, status: CheckStatus, says: string][]>> = {
  'lambda-concurrency': [
    ['other applications have reserved', { GetAccountSettings: limit(600) }, 'warn', '600 functions can run'],
    ['more are asked for', { GetAccountSettings: limit(50), ...asked('CASE_OPENED') }, 'warn', 'has not decided it'],
    ['more were refused', { GetAccountSettings: limit(50), ...asked('DENIED') }, 'warn', '--desired-value 1000'],
    [
      'fewer than there are were asked for',
      { GetAccountSettings: limit(50), ...asked('PENDING', 20) },
      'warn',
      '--desired-value',
    ],
    ['it is new', { GetAccountSettings: limit(10) }, 'fail', 'get 503'],
  ],
  'ses-sandbox': [
    [
      'AWS has not decided',
      ses({ ProductionAccessEnabled: false, Details: { ReviewDetails: { Status: 'PENDING' } } }),
      'fail',
      'wait',
    ],
    [
      'AWS has denied',
      ses({ ProductionAccessEnabled: false, Details: { ReviewDetails: { Status: 'DENIED' } } }),
      'fail',
      'has denied',
    ],
  ],
  'ses-standing': [
    ['SES reviews it', ses({ EnforcementStatus: 'PROBATION' }), 'warn', 'PROBATION'],
    ['SES has shut it', ses({ EnforcementStatus: 'SHUTDOWN' }), 'fail', 'has stopped'],
    ['its owner has paused it', ses({ SendingEnabled: false }), 'fail', 'has stopped'],
    [
      'the day is nearly used',
      ses({ SendQuota: { Max24HourSend: 200, SentLast24Hours: 160 } }),
      'warn',
      '160 of the 200',
    ],
    ['it has no limit', ses({ SendQuota: { Max24HourSend: -1, SentLast24Hours: 160 } }), 'ok', 'good standing'],
  ],
  'ses-plan': [
    ['another comes', ses({ PricingAttributes: { CurrentPlan: 'ESSENTIALS', NextPlan: 'PRO' } }), 'warn', 'PRO next'],
    ['it has none', ses({ PricingAttributes: { CurrentPlan: 'NONE' } }), 'ok', 'NONE'],
    ['SES does not say', ses({ PricingAttributes: undefined }), 'unknown', 'which plan'],
  ],
  'ses-delivery-mode': [
    [
      'mail goes through other regions',
      ses({ DeliveryAttributes: { SharedPoolDeliveryMode: 'GLOBAL' } }),
      'warn',
      'REGIONAL',
    ],
    ['SES does not say', ses({ DeliveryAttributes: undefined }), 'unknown', 'which regions'],
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
