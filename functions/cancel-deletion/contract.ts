import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const cancelDeletionRequest = z.strictObject({ token: tokenField });

const cancelDeletionAnswer = described(
  'The account stays as it was. Nobody is signed in by this.',
  z.strictObject({ status: z.literal('account-kept') }),
);

/** Keeps an account that is to be deleted. */
export const cancelDeletion = httpContract({
  flow: 'cancel-deletion',
  subject: 'Accounts',
  routes: [
    {
      method: 'POST',
      path: '/account/deletion/cancel',
      accepts: ['json', 'form'],
      page: '/ui/keep-account',
      summary:
        'Keep an account that is to be deleted, with the token of the message about it. It gives no session: sign in as before.',
    },
  ],
  caller: 'anyone',
  request: cancelDeletionRequest,
  answer: cancelDeletionAnswer,
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token'],
  throttle: ORDINARY,
  settings: ['events'],
  tables: {
    tokens: {
      DELETION: ['dynamodb:GetItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      DELETION: ['dynamodb:DeleteItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
