import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const confirmEmailProofAnswer = described(
  'Mail goes to the address again.',
  z.strictObject({ status: z.literal('email-proven') }),
);

/** Proves with a mailed token that mail reaches an address again. */
export const confirmEmailProof = httpContract({
  flow: 'confirm-email-proof',
  subject: 'Profile',
  routes: [
    {
      method: 'POST',
      path: '/profile/email/proof/confirm',
      accepts: ['json', 'form'],
      page: '/ui/prove-email',
      summary:
        'Prove with the token of the mail that mail reaches the address again. Then email_deliverable is absent, and notices go there as before.',
    },
  ],
  caller: 'anyone',
  request: z.strictObject({ token: tokenField }),
  answer: confirmEmailProofAnswer,
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token'],
  throttle: ORDINARY,
  settings: ['events'],
  tables: {
    tokens: {
      EMAIL_PROOF: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
  },
  keyring: true,
});
