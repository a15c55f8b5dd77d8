import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS } from '../../shared/http/contract.ts';
import { sessionTokensAnswer } from '../../shared/http/fields.ts';

export const removeFactorAnswer = z.strictObject({ session: sessionTokensAnswer });

/** Switches a factor off; everybody else is signed out. */
export const removeFactor = httpContract({
  flow: 'remove-factor',
  routes: [
    {
      method: 'DELETE',
      path: '/two-factor/{factor}',
      summary: 'Switch a factor off: sms, totp (every app), or one app by its id. Everybody else is signed out.',
    },
  ],
  caller: 'fresh-session',
  answer: removeFactorAnswer,
  problems: [...LAYER_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'not-found', 'conflict'],
  tables: {
    accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
    credentials: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    tokens: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    outbox: ['dynamodb:PutItem'],
  },
  keyring: true,
});
