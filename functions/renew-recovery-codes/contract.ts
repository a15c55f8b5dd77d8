import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/http/contract.ts';
import { ORDINARY } from '../../shared/http/throttle.ts';

export const renewRecoveryCodesAnswer = z.strictObject({
  recovery_codes: z.array(z.string()).check(z.describe('Shown this once; the old ones work no more.')),
});

/** New recovery codes in place of the old ones. */
export const renewRecoveryCodes = httpContract({
  flow: 'renew-recovery-codes',
  routes: [
    {
      method: 'POST',
      path: '/two-factor/recovery-codes',
      summary: 'New recovery codes, shown once, in place of the old ones.',
    },
  ],
  caller: 'fresh-session',
  answer: renewRecoveryCodesAnswer,
  problems: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'conflict'],
  throttle: ORDINARY,
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
