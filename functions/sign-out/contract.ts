import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

/** Ends the caller's session. */
export const signOut = httpContract({
  flow: 'sign-out',
  subject: 'Sessions',
  routes: [{ method: 'DELETE', path: '/sessions/current', summary: "Sign out: end the caller's session at once." }],
  caller: 'session',
  problems: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'unauthenticated'],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
  },
  keyring: true,
});
