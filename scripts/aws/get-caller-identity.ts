import * as z from 'zod/mini';
import { STS } from './aws-apis.ts';
import type { AwsOperation } from './aws-operation.ts';

/** An ARN has no character that acts on a terminal, nor one that XML escapes. */
const ARN = /^arn:[^<>&\s]{1,2048}$/;

/** Who the caller is, by AWS's word. It needs no permission. @see AWS STS API Reference, GetCallerIdentity */
export const GET_CALLER_IDENTITY: AwsOperation<{ Arn: string; Account: string }> = {
  api: STS,
  name: 'GetCallerIdentity',
  actions: ['sts:GetCallerIdentity'],
  answer: z.object({ Arn: z.string().check(z.regex(ARN)), Account: z.string().check(z.regex(/^\d{12}$/)) }),
};
