import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { sessionTokensAnswer } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const revokeSessionAnswer = described(
  'What was to end has ended.',
  z.strictObject({
    status: z.literal('revoked'),
    session: z.optional(sessionTokensAnswer), // where all others ended: the caller goes on with it
  }),
);

/** Ends one session of the account, or all but the caller's. */
export const revokeSession = httpContract({
  flow: 'revoke-session',
  subject: 'Sessions',
  routes: [
    {
      method: 'DELETE',
      path: '/sessions/{session_id}',
      summary:
        'End a session at once, by its id from the list of sessions: its access tokens and its refresh token, and the device token of the device that it began on.',
    },
    {
      method: 'DELETE',
      path: '/sessions',
      summary:
        'Sign out everywhere else: end every other session at once, and every device token. The caller goes on with session of the answer.',
    },
  ],
  caller: 'fresh-session',
  answer: revokeSessionAnswer,
  problems: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'not-found'],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    },
  },
  keyring: true,
});
