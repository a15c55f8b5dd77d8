import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { sessionTokensAnswer } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const removeFactorAnswer = described(
  'The factor is off; the caller goes on with this session.',
  z.strictObject({ session: sessionTokensAnswer }),
);

/** Removes a factor and ends every other session. */
export const removeFactor = httpContract({
  flow: 'remove-factor',
  subject: 'SecondFactors',
  routes: [
    {
      method: 'DELETE',
      path: '/two-factor/{factor}',
      summary: 'Switch a factor off: sms, totp (every app), or one app by its id. Everybody else is signed out.',
    },
  ],
  caller: 'fresh-session',
  answer: removeFactorAnswer,
  problems: [
    ...LAYER_PROBLEMS,
    ...UNSAFE_PROBLEMS,
    'unauthenticated',
    'fresh-session-required',
    'not-found',
    'conflict',
  ],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      PHONE: ['dynamodb:PutItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      CHANGE: ['dynamodb:PutItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
