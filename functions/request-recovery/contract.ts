import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/http/contract.ts';
import { acceptedAnswer, emailField } from '../../shared/http/fields.ts';

export const requestRecoveryRequest = z.strictObject({ email: emailField });

/** Asks for a recovery mail; nobody learns whether the address has an account. */
export const requestRecovery = httpContract({
  flow: 'request-recovery',
  routes: [
    {
      method: 'POST',
      path: '/account/recovery',
      accepts: ['json', 'form'],
      summary: 'Ask for a recovery mail. It goes to the address if an account has it; the answer is always the same.',
    },
  ],
  caller: 'anyone',
  request: requestRecoveryRequest,
  answer: acceptedAnswer,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'too-many-requests'],
  tables: { tokens: ['dynamodb:UpdateItem'], outbox: ['dynamodb:PutItem'] },
  keyring: true,
});
