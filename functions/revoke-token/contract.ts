import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const revokeTokenRequest = z.strictObject({
  token: z.string().check(z.minLength(1), z.describe('A refresh token, or an access token, of the session to end.')),
  token_type_hint: z.optional(z.string().check(z.describe('Ignored: every token tells its own kind.'))),
  client_id: z.optional(z.string().check(z.describe('Ignored: libraries for OAuth send it, and there is one client.'))),
});

const revokeTokenAnswer = described(
  'The session has ended, or there was none.',
  z.strictObject({ status: z.literal('revoked') }),
);

/** Ends a session by one of its tokens: for an app whose access token is over. @see RFC 7009 */
export const revokeToken = httpContract({
  flow: 'revoke-token',
  subject: 'Sessions',
  routes: [
    {
      method: 'POST',
      path: '/sessions/revoke',
      accepts: ['json', 'form'],
      summary:
        'Sign out by a refresh token: end its session at once (RFC 7009). A token that is good for nothing is answered alike.',
    },
  ],
  caller: 'anyone',
  request: revokeTokenRequest,
  answer: revokeTokenAnswer,
  keepsAnswerFor: null, // what has ended stays so, and the answer is the same
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
  },
  keyring: true,
});
