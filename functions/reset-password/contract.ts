import * as z from 'zod/mini';
import { HASHING_ARCHITECTURE } from '../../shared/contract/architecture.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { newPasswordField, tokenField } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { HASHING } from '../../shared/contract/throttle.ts';

const resetPasswordRequest = z.strictObject({ token: tokenField, new_password: newPasswordField });

const resetPasswordAnswer = described(
  'The password is set, and every session of before has ended.',
  z.strictObject({ status: z.literal('password-changed') }),
);

/** Sets a new password with a recovery token; ends every session and starts none. */
export const resetPassword = httpContract({
  flow: 'reset-password',
  subject: 'Recovery',
  routes: [
    {
      method: 'POST',
      path: '/account/reset-password',
      accepts: ['json', 'form'],
      page: '/ui/reset',
      summary: 'Set a new password with a recovery token. Every session ends; a second factor stays on.',
    },
  ],
  caller: 'anyone',
  request: resetPasswordRequest,
  answer: resetPasswordAnswer,
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token', 'password-rejected'],
  throttle: HASHING,
  settings: ['events', 'passwords', 'productName'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
      CHANGE: ['dynamodb:PutItem'],
      RECOVERY: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
      SMS_SPENT: ['dynamodb:GetItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
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
