import * as z from 'zod/mini';
import { CAPTCHA_PROVIDERS } from '../../shared/contract/captcha-providers.ts';
import { SECOND_FACTORS } from '../../shared/contract/factor-names.ts';
import { named } from '../../shared/contract/named.ts';
import { PROBLEM_DETAILS, PROBLEMS, type ProblemCode, type ProblemDetail } from '../../shared/contract/problems.ts';
import { countField, secondsField } from '../../shared/contract/seconds-field.ts';

const fieldError = named(
  'FieldError',
  'A member of the request that is not right.',
  z.strictObject({
    field: z.string().check(z.describe('Its name, with a full stop before those within: address.country.')),
    code: z.string().check(z.describe('For programs, of a list that grows: take one that you do not know as invalid.')),
    detail: z.string().check(z.describe('For people: what would be right.')),
  }),
);

const captcha = named(
  'Captcha',
  'With captcha-required: the widget to show.',
  z.strictObject({ provider: z.enum(CAPTCHA_PROVIDERS), site_key: z.string() }),
);

/** What every problem document looks like. @see RFC 9457 */
export const problemSchema = named(
  'Problem',
  'Why a request was refused (RFC 9457). Clients decide by code, and by the status for a code that they do not know.',
  z.strictObject({
    type: z.string(),
    title: z.string().check(z.describe('For people.')),
    status: z
      .int()
      .check(z.minimum(400), z.maximum(599), z.meta({ description: "The answer's status.", format: 'int32' })),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).check(z.describe('For programs; stable.')),
    detail: z.optional(z.string().check(z.describe('For people: what would be right, or what else they can do.'))),
    hint: z.optional(
      z
        .enum(Object.keys(PROBLEM_DETAILS) as [ProblemDetail, ...ProblemDetail[]])
        .check(
          z.describe(
            'For programs, stable: which detail it is. ask-for-link: with too-many-requests of sign-in. account-suspended: with not-allowed of sign-in. proof-refused: with fresh-session-required, for a step_up_token.',
          ),
        ),
    ),
    instance: z.string().check(z.describe("The request's id.")),
    errors: z.optional(z.array(fieldError)),
    factors: z.optional(
      z
        .array(z.enum(SECOND_FACTORS))
        .check(z.describe('With sms-unavailable: what the account has beside SMS, the best first; may be empty.')),
    ),
    acr_values: z.optional(
      z
        .string()
        .check(
          z.describe(
            'With fresh-session-required: how the caller has to be authenticated, one of these; for acr_values of reauthenticate (RFC 9470 §3).',
          ),
        ),
    ),
    max_age: z.optional(countField('With fresh-session-required: how old the proof may be, in whole seconds.')),
    captcha: z.optional(captcha),
    retry_after: z.optional(secondsField),
  }),
);
