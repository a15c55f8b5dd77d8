import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const checkResetTokenRequest = z.strictObject({ reset_token: tokenField });

const checkResetTokenAnswer = described(
  'The token is good, and until when.',
  z.strictObject({ valid: z.literal(true), expires_at: instantField }),
);

/** Checks a recovery token without consuming it. */
export const checkResetToken = httpContract({
  flow: 'check-reset-token',
  subject: 'Recovery',
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
  keepsAnswerFor: null, // it changes nothing
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
