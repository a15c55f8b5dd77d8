import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described, named } from '../../shared/contract/named.ts';
import { countField } from '../../shared/contract/seconds-field.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const getTwoFactorAnswer = described(
  'What the account has beside its password.',
  z.strictObject({
    enabled: z.boolean().check(z.describe('Whether sign-in asks for more than the password.')),
    factors: z.array(
      named(
        'Factor',
        'A second factor that is on.',
        z.strictObject({
          factor: z.enum(['totp', 'sms']),
          id: z.string().check(z.describe('What remove-factor takes.')),
          name: z.optional(z.string()),
          phone_hint: z.optional(z.string()),
          enrolled_at: instantField,
        }),
      ),
    ),
    recovery_codes_left: countField('How many recovery codes are not used.'),
  }),
);

/** The caller's active second factors. */
export const getTwoFactor = httpContract({
  flow: 'get-two-factor',
  subject: 'SecondFactors',
  routes: [
    {
      method: 'GET',
      path: '/two-factor',
      summary: "The caller's second factors and how many recovery codes are left.",
    },
  ],
  caller: 'session',
  answer: getTwoFactorAnswer,
  problems: [...LAYER_PROBLEMS, 'unauthenticated'],
  throttle: ORDINARY,
  settings: ['audience'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
  },
  keyring: true,
});
