import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const requestEmailProofAnswer = described('The mail is on its way.', z.strictObject({ status: z.literal('accepted') }));

/** Asks for a mail that proves that mail reaches an address again. */
export const requestEmailProof = httpContract({
  flow: 'request-email-proof',
  subject: 'Profile',
  routes: [
    {
      method: 'POST',
      path: '/profile/email/proof',
      summary:
        'Ask for one mail to an address whose email_deliverable is false. With its token the owner proves that mail arrives again. One such mail goes out in six hours; 409 conflict says that nothing speaks against the address.',
    },
  ],
  caller: 'session',
  answer: requestEmailProofAnswer,
  problems: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'unauthenticated', 'conflict', 'too-many-requests'],
  throttle: ORDINARY,
  settings: ['audience', 'events'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:PutItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
