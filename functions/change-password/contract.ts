import * as z from 'zod/mini';
import { HASHING_ARCHITECTURE } from '../../shared/contract/architecture.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { newPasswordField, passwordField, sessionTokensAnswer } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { HASHING } from '../../shared/contract/throttle.ts';

const changePasswordRequest = z.strictObject({ current_password: passwordField, new_password: newPasswordField });

const changePasswordAnswer = described(
  'The password is set, and every other session has ended; the caller goes on with this one.',
  z.strictObject({ status: z.literal('password-changed'), session: sessionTokensAnswer }),
);

/** Sets a new password with the present one; ends every other session. */
export const changePassword = httpContract({
  flow: 'change-password',
  subject: 'Accounts',
  routes: [
    {
      method: 'PUT',
      path: '/account/password',
      accepts: ['json', 'form'],
      summary:
        'Set a new password with the present one. Every other session ends; the caller goes on with the session in the answer. Where a second factor is on, the session must have proven it.',
    },
  ],
  caller: 'session',
  request: changePasswordRequest,
  answer: changePasswordAnswer,
  problems: [
    ...LAYER_PROBLEMS,
    ...BODY_PROBLEMS,
    'unauthenticated',
    'fresh-session-required',
    'invalid-credentials',
    'password-rejected',
    'conflict',
  ],
  throttle: HASHING,
  settings: ['audience', 'events', 'passwords', 'productName', 'sessions'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
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
  hashing: true,
  architecture: HASHING_ARCHITECTURE,
  keyring: true,
});
