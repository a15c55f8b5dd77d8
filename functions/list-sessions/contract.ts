import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described, named } from '../../shared/contract/named.ts';
import { seenFromShape } from '../../shared/contract/seen-from.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const listSessionsAnswer = described(
  "The account's sessions: the caller's own first, then the last used.",
  z.strictObject({
    sessions: z.array(
      named(
        'SessionEntry',
        'A session of the account.',
        z.strictObject({
          session_id: z
            .string()
            .check(z.meta({ description: 'What revoke-session takes, and what events name.', format: 'uuid' })),
          current: z.boolean().check(z.describe("Whether it is the caller's own.")),
          ...seenFromShape,
          created_at: instantField,
          last_used_at: instantField,
        }),
      ),
    ),
  }),
);

/** The caller's sessions. */
export const listSessions = httpContract({
  flow: 'list-sessions',
  subject: 'Sessions',
  routes: [
    {
      method: 'GET',
      path: '/sessions',
      summary:
        "The account's sessions: where the caller is signed in. There are 100 at most. A session's last use is its last sign-in or refresh, at most the life of an access token ago while it is in use.",
    },
  ],
  caller: 'session',
  answer: listSessionsAnswer,
  problems: [...LAYER_PROBLEMS, 'unauthenticated'],
  throttle: ORDINARY,
  settings: ['audience'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:Query'],
    },
  },
  keyring: true,
});
