import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { EMAIL_SIDES } from '../../shared/contract/email-sides.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const confirmEmailChangeRequest = z.strictObject({ token: tokenField });

const sides = (description: string) => z.array(z.enum(EMAIL_SIDES)).check(z.describe(description));

const confirmEmailChangeAnswer = described(
  'What the token confirmed, and what is open.',
  z.strictObject({
    status: z
      .enum(['confirmed', 'email-changed'])
      .check(z.describe('email-changed: the account has the new address, and every session has ended.')),
    confirmed: z.enum(EMAIL_SIDES).check(z.describe('The address that this token was sent to.')),
    confirmed_by: sides('The addresses that have confirmed: old, the one of before, and new.'),
    open: sides('Those whose confirmation is awaited.'),
    expires_at: z.optional(instantField),
    waits_until: z.optional(instantField),
  }),
);

export type ConfirmEmailChangeAnswer = z.infer<typeof confirmEmailChangeAnswer>;

/** Confirms one side of a change of address; where nothing else is missing, the address changes. */
export const confirmEmailChange = httpContract({
  flow: 'confirm-email-change',
  subject: 'Profile',
  routes: [
    {
      method: 'POST',
      path: '/profile/email/confirm',
      accepts: ['json', 'form'],
      page: '/ui/confirm-email',
      summary:
        'Confirm a change of address with the token that one of the two addresses got, in any order. With the last one the address changes, and every session ends.',
    },
  ],
  caller: 'anyone',
  request: confirmEmailChangeRequest,
  answer: confirmEmailChangeAnswer,
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token', 'conflict'],
  throttle: ORDINARY,
  settings: ['events'],
  tables: {
    tokens: {
      CHANGE: ['dynamodb:PutItem'],
      EMAIL_CHANGE: ['dynamodb:GetItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      EMAIL: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
