import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { acceptedAnswer, localeWishField, newEmailField } from '../../shared/contract/fields.ts';
import { SENDING } from '../../shared/contract/throttle.ts';

export const signUpRequest = z.strictObject({ email: newEmailField, locale: z.optional(localeWishField) });

/** Requests an account by mail; the answer does not reveal whether the address has one. */
export const signUp = httpContract({
  flow: 'sign-up',
  subject: 'Accounts',
  routes: [
    {
      method: 'POST',
      path: '/accounts',
      accepts: ['json', 'form'],
      summary:
        'Ask for an account. A mail with a link to complete the sign-up goes to the address; asked again, the same link while it lives.',
    },
  ],
  caller: 'anyone',
  request: signUpRequest,
  answer: acceptedAnswer,
  captcha: true,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'too-many-requests'],
  throttle: SENDING,
  settings: ['captcha', 'limits.signUp', 'trustedCallers'],
  tables: {
    tokens: {
      LIMIT: ['dynamodb:UpdateItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
