import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { acceptedAnswer, emailField } from '../../shared/contract/fields.ts';
import { SENDING } from '../../shared/contract/throttle.ts';

const requestSignInLinkRequest = z.strictObject({ email: emailField });

/** Requests a link for a sign-in whose address others have used up; the answer does not reveal whether an account exists. */
export const requestSignInLink = httpContract({
  flow: 'request-sign-in-link',
  subject: 'Sessions',
  routes: [
    {
      method: 'POST',
      path: '/sessions/link',
      accepts: ['json', 'form'],
      summary:
        'Ask for a link by mail that gets an owner past the limit of an address which others have used up. Its token goes with the next sign-in as link_token, beside the password. It goes out if an account has the address; the answer is always the same. Asked again, the same token goes out while it lives, at a growing distance.',
    },
  ],
  caller: 'anyone',
  request: requestSignInLinkRequest,
  answer: acceptedAnswer,
  captcha: true,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'too-many-requests'],
  throttle: SENDING,
  settings: ['captcha', 'limits.requestSignInLink', 'trustedCallers'],
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
