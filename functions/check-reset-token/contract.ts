import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/http/contract.ts';
import { instantField, tokenField } from '../../shared/http/fields.ts';
import { ORDINARY } from '../../shared/http/throttle.ts';

export const checkResetTokenRequest = z.strictObject({ reset_token: tokenField });

export const checkResetTokenAnswer = z.strictObject({ valid: z.literal(true), expires_at: instantField });

/** Says whether a recovery token is good; consumes nothing. */
export const checkResetToken = httpContract({
  flow: 'check-reset-token',
  routes: [
    {
      method: 'POST',
      path: '/reset',
      accepts: ['json', 'form'],
      summary: 'Ask whether a recovery token is good. It stays good.',
    },
  ],
  caller: 'anyone',
  request: checkResetTokenRequest,
  answer: checkResetTokenAnswer,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token'],
  throttle: ORDINARY,
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:GetItem'],
      RECOVERY: ['dynamodb:GetItem'],
      SMS_SPENT: ['dynamodb:GetItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
  },
});
