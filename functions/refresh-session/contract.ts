import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { deviceTokenField, sessionTokensAnswer } from '../../shared/contract/fields.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const refreshSessionRequest = z.strictObject({ refresh_token: z.string(), device_token: deviceTokenField });

/** Exchanges a refresh token for new session tokens. */
export const refreshSession = httpContract({
  flow: 'refresh-session',
  subject: 'Sessions',
  routes: [
    {
      method: 'POST',
      path: '/sessions/refresh',
      accepts: ['json', 'form'],
      summary: 'Trade a refresh token for new session tokens. Each works once; using an old one ends the session.',
    },
  ],
  caller: 'anyone',
  request: refreshSessionRequest,
  answer: sessionTokensAnswer,
  keepsAnswerFor: null, // the token before is good for a repeat
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token'],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
  },
  keyring: true,
});
