import * as z from 'zod/mini';
import { encodePart } from '../../shared/aws/sign-request.ts';
import { ACM, CLOUDFORMATION, LAMBDA, LOGS, SECRETS_MANAGER, SERVICE_QUOTAS, SES, SNS } from '../aws/aws-apis.ts';
import type { AwsInput, AwsOperation } from '../aws/aws-operation.ts';
import { members, textBoolean, textMap } from '../aws/read-query-answer.ts';

const operation = <Answer>(of: AwsOperation<Answer>): AwsOperation<Answer> => of;

/** A part of a path, out of the input. */
const part = (input: AwsInput, name: string): string => encodePart(String(input[name]));

/** Seconds of the epoch, with a fraction. */
const instant = () => z.number();

export const GET_ACCOUNT_SETTINGS = operation({
  api: LAMBDA,
  name: 'GetAccountSettings',
  actions: ['lambda:GetAccountSettings'],
  path: () => '/2016-08-19/account-settings',
  answer: z.object({ AccountLimit: z.object({ UnreservedConcurrentExecutions: z.number() }) }),
});

export const LIST_QUOTA_REQUESTS = operation({
  api: SERVICE_QUOTAS,
  name: 'ListRequestedServiceQuotaChangeHistoryByQuota',
  actions: ['servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota'],
  answer: z.object({
    RequestedQuotas: z.optional(
      z.array(z.object({ Status: z.string(), DesiredValue: z.number(), Created: instant() })),
    ),
  }),
});

export const GET_FUNCTION_CONFIGURATION = operation({
  api: LAMBDA,
  name: 'GetFunctionConfiguration',
  actions: ['lambda:GetFunctionConfiguration'],
  path: (input) => `/2015-03-31/functions/${part(input, 'FunctionName')}/configuration`,
  query: (input) => `Qualifier=${part(input, 'Qualifier')}`,
  answer: z.object({
    Environment: z.optional(z.object({ Variables: z.optional(z.record(z.string(), z.string())) })),
  }),
});

export const GET_EVENT_SOURCE_MAPPING = operation({
  api: LAMBDA,
  name: 'GetEventSourceMapping',
  actions: ['lambda:GetEventSourceMapping'],
  path: (input) => `/2015-03-31/event-source-mappings/${part(input, 'UUID')}`,
  answer: z.object({
    State: z.string(),
    FunctionArn: z.string(),
    StateTransitionReason: z.optional(z.string()),
    LastProcessingResult: z.optional(z.string()),
  }),
});

export const GET_SES_ACCOUNT = operation({
  api: SES,
  name: 'GetAccount',
  actions: ['ses:GetAccount'],
  path: () => '/v2/email/account',
  answer: z.object({
    ProductionAccessEnabled: z.boolean(),
    SendingEnabled: z.boolean(),
    EnforcementStatus: z.string(),
    SendQuota: z.object({ Max24HourSend: z.number(), SentLast24Hours: z.number() }),
    Details: z.optional(z.object({ ReviewDetails: z.optional(z.object({ Status: z.optional(z.string()) })) })),
    PricingAttributes: z.optional(z.object({ CurrentPlan: z.optional(z.string()), NextPlan: z.optional(z.string()) })),
    DeliveryAttributes: z.optional(z.object({ SharedPoolDeliveryMode: z.optional(z.string()) })),
  }),
});

export const GET_EMAIL_IDENTITY = operation({
  api: SES,
  name: 'GetEmailIdentity',
  actions: ['ses:GetEmailIdentity'],
  path: (input) => `/v2/email/identities/${part(input, 'EmailIdentity')}`,
  answer: z.object({
    VerifiedForSendingStatus: z.boolean(),
    DkimAttributes: z.object({
      SigningEnabled: z.boolean(),
      Status: z.string(),
      Tokens: z.optional(z.array(z.string())),
      SigningHostedZone: z.optional(z.string()),
    }),
    MailFromAttributes: z.optional(z.object({ MailFromDomain: z.string(), MailFromDomainStatus: z.string() })),
  }),
});

export const GET_SMS_SANDBOX = operation({
  api: SNS,
  name: 'GetSMSSandboxAccountStatus',
  actions: ['sns:GetSMSSandboxAccountStatus'],
  answer: z.object({ IsInSandbox: textBoolean() }),
});

export const GET_SMS_ATTRIBUTES = operation({
  api: SNS,
  name: 'GetSMSAttributes',
  actions: ['sns:GetSMSAttributes'],
  answer: z.object({ attributes: textMap() }),
});

export const DESCRIBE_CERTIFICATE = operation({
  api: ACM,
  name: 'DescribeCertificate',
  actions: ['acm:DescribeCertificate'],
  answer: z.object({
    Certificate: z.object({
      Status: z.string(),
      DomainName: z.string(),
      SubjectAlternativeNames: z.optional(z.array(z.string())),
      Type: z.string(),
      NotAfter: z.optional(instant()),
      RenewalSummary: z.optional(z.object({ RenewalStatus: z.string() })),
    }),
  }),
});

export const DESCRIBE_SECRET = operation({
  api: SECRETS_MANAGER,
  name: 'DescribeSecret',
  actions: ['secretsmanager:DescribeSecret'],
  answer: z.object({
    RotationEnabled: z.optional(z.boolean()),
    LastRotatedDate: z.optional(instant()),
    NextRotationDate: z.optional(instant()),
    DeletedDate: z.optional(instant()),
  }),
});

export const FILTER_LOG_EVENTS = operation({
  api: LOGS,
  name: 'FilterLogEvents',
  actions: ['logs:FilterLogEvents'],
  answer: z.object({
    events: z.optional(z.array(z.object({ message: z.string(), timestamp: z.number() }))),
    nextToken: z.optional(z.string()),
  }),
});

const cloudFormation = <Answer>(name: string, answer: z.ZodMiniType<Answer>, ...more: string[]) =>
  operation({ api: CLOUDFORMATION, name, actions: [`cloudformation:${name}`, ...more], answer });

export const DESCRIBE_STACKS = cloudFormation(
  'DescribeStacks',
  z.object({
    Stacks: members(
      z.object({
        StackId: z.string(),
        StackStatus: z.string(),
        EnableTerminationProtection: z.optional(textBoolean()),
        Outputs: members(z.object({ OutputKey: z.string(), OutputValue: z.string() })),
      }),
    ),
  }),
);

export const LIST_STACK_RESOURCES = cloudFormation(
  'ListStackResources',
  z.object({
    StackResourceSummaries: members(
      z.object({
        LogicalResourceId: z.string(),
        ResourceType: z.string(),
        PhysicalResourceId: z.optional(z.string()),
      }),
    ),
    NextToken: z.optional(z.string()),
  }),
);

/** It starts a comparison, and changes nothing. CloudFormation reads the resources with the caller's permissions. */
export const DETECT_DRIFT = cloudFormation(
  'DetectStackDrift',
  z.object({ StackDriftDetectionId: z.string() }),
  'cloudformation:DetectStackResourceDrift',
);

export const DESCRIBE_DRIFT_DETECTION = cloudFormation(
  'DescribeStackDriftDetectionStatus',
  z.object({
    DetectionStatus: z.string(),
    StackDriftStatus: z.optional(z.string()),
    DetectionStatusReason: z.optional(z.string()),
  }),
);

export const DESCRIBE_DRIFTS = cloudFormation(
  'DescribeStackResourceDrifts',
  z.object({
    StackResourceDrifts: members(
      z.object({ LogicalResourceId: z.string(), ResourceType: z.string(), StackResourceDriftStatus: z.string() }),
    ),
    NextToken: z.optional(z.string()),
  }),
);
