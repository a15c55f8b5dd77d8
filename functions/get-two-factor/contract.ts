import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { RESETTABLE_FACTORS } from '../../shared/contract/factor-names.ts';
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
    pending_reset: z.optional(
      named(
        'FactorReset',
        'A reset of second factors that support was asked for. An operator can do it once its wait is over, or a second operator before. If you did not ask for it, stop it with DELETE /two-factor/reset, or with the link of its message.',
        z.strictObject({
          factor: z
            .enum(RESETTABLE_FACTORS)
            .check(
              z.describe('What it is to switch off: the apps, the number, or all. Recovery codes go with the last.'),
            ),
          asked_at: instantField,
          waits_until: instantField,
          expires_at: instantField,
        }),
      ),
    ),
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
