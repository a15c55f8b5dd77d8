import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const revokeSignInRequest = z.strictObject({ token: tokenField });

const revokeSignInAnswer = described(
  'Whoever signed in is out, and their device is no longer known.',
  z.strictObject({
    status: z.literal('sign-in-revoked'),
    password_voided: z
      .boolean()
      .check(
        z.describe(
          'Whether the password works no more: then every session has ended, and a mail with which another one can be set is on its way. Not so for a day after a change was undone: then the mail of the undo sets it, and only the session of the sign-in has ended.',
        ),
      ),
  }),
);

/** "This wasn't me", of a sign-in on a new device. */
export const revokeSignIn = httpContract({
  flow: 'revoke-sign-in',
  subject: 'Recovery',
  routes: [
    {
      method: 'POST',
      path: '/account/sign-in/revoke',
      accepts: ['json', 'form'],
      page: '/ui/not-my-sign-in',
      summary:
        "Say with the token of a notice of a new sign-in that it wasn't the owner's. Somebody knows the password then: it works no more, every session and known device ends, and the address of the account gets a mail to set another password.",
    },
  ],
  caller: 'anyone',
  request: revokeSignInRequest,
  answer: revokeSignInAnswer,
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token'],
  throttle: ORDINARY,
  settings: ['events', 'passwords.argon2', 'sessions.accessTokenSeconds'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      SIGN_IN_VETO: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
