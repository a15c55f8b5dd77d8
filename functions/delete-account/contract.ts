import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const deleteAccountAnswer = described(
  'Every session of the account has ended, and it is to be deleted.',
  z.strictObject({
    status: z.literal('deletion-pending'),
    erases_at: instantField.check(
      z.describe('From then on nothing brings the account back. Until then the link in the mail about it does.'),
    ),
  }),
);

/** Asks for an account to be deleted: it is, once a grace is over in which its owner can still cancel that. */
export const deleteAccount = httpContract({
  flow: 'delete-account',
  subject: 'Accounts',
  routes: [
    {
      method: 'DELETE',
      path: '/account',
      summary:
        'Delete the account. Every session ends at once, that of the caller too; the account itself goes days later, at erases_at, and until then the link in the mail about it keeps it, and so does a new password by POST /account/recovery. A sign-in with the right password is answered 409 conflict with the hint deletion-pending meanwhile.',
    },
  ],
  caller: 'fresh-session',
  answer: deleteAccountAnswer,
  problems: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'conflict'],
  throttle: ORDINARY,
  settings: ['audience', 'deletion', 'events'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      DELETION: ['dynamodb:PutItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
