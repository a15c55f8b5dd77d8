import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const stopFactorResetAnswer = described(
  'The reset is stopped. The second factors stay as they are.',
  z.strictObject({ status: z.literal('factor-reset-stopped') }),
);

/** The owner's own veto of a reset of second factors that an operator has asked for. */
export const stopFactorReset = httpContract({
  flow: 'stop-factor-reset',
  subject: 'SecondFactors',
  routes: [
    {
      method: 'DELETE',
      path: '/two-factor/reset',
      summary:
        'Stop the reset of second factors that waits, pending_reset of GET /two-factor, without the link of its mail. Where none waits, or it has been done, the answer is 404.',
    },
  ],
  caller: 'fresh-session',
  answer: stopFactorResetAnswer,
  problems: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'not-found'],
  throttle: ORDINARY,
  settings: ['audience', 'events'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
    },
  },
  keyring: true,
});
