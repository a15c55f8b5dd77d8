import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS } from '../../shared/http/contract.ts';

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
  problems: [...LAYER_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'conflict'],
  tables: {
    accounts: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
    credentials: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    tokens: ['dynamodb:GetItem'],
    outbox: ['dynamodb:PutItem'],
  },
  keyring: true,
});
