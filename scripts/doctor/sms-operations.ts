import * as z from 'zod/mini';
import { SMS_VOICE } from '../aws/aws-apis.ts';
import type { AwsOperation } from '../aws/aws-operation.ts';

/** An operation of AWS End User Messaging SMS, to which SNS hands its SMS. */
const smsVoice = <Answer>(name: string, answer: z.ZodMiniType<Answer>): AwsOperation<Answer> => ({
  api: SMS_VOICE,
  name,
  actions: [`sms-voice:${name}`],
  answer,
});

const nextToken = () => z.optional(z.string());

export const DESCRIBE_ACCOUNT_ATTRIBUTES = smsVoice(
  'DescribeAccountAttributes',
  z.object({ AccountAttributes: z.array(z.object({ Name: z.string(), Value: z.string() })) }), // the tier is always among them
);

export const DESCRIBE_SPEND_LIMITS = smsVoice(
  'DescribeSpendLimits',
  z.object({
    SpendLimits: z.optional(z.array(z.object({ Name: z.string(), EnforcedLimit: z.number(), MaxLimit: z.number() }))),
  }),
);

export const DESCRIBE_PROTECT_CONFIGURATIONS = smsVoice(
  'DescribeProtectConfigurations',
  z.object({
    ProtectConfigurations: z.optional(
      z.array(z.object({ ProtectConfigurationId: z.string(), AccountDefault: z.boolean() })),
    ),
    NextToken: nextToken(),
  }),
);

export const GET_PROTECT_RULES = smsVoice(
  'GetProtectConfigurationCountryRuleSet',
  z.object({ CountryRuleSet: z.record(z.string(), z.object({ ProtectStatus: z.string() })) }),
);

export const DESCRIBE_PHONE_NUMBERS = smsVoice(
  'DescribePhoneNumbers',
  z.object({
    PhoneNumbers: z.optional(
      z.array(
        z.object({
          PhoneNumberArn: z.string(),
          PhoneNumber: z.string(),
          Status: z.string(),
          IsoCountryCode: z.string(),
          NumberCapabilities: z.array(z.string()),
        }),
      ),
    ),
    NextToken: nextToken(),
  }),
);

export const DESCRIBE_SENDER_IDS = smsVoice(
  'DescribeSenderIds',
  z.object({
    SenderIds: z.optional(
      z.array(
        z.object({
          SenderIdArn: z.string(),
          SenderId: z.string(),
          IsoCountryCode: z.string(),
          Registered: z.boolean(),
        }),
      ),
    ),
    NextToken: nextToken(),
  }),
);

export const GET_RESOURCE_POLICY = smsVoice('GetResourcePolicy', z.object({ Policy: z.optional(z.string()) }));
