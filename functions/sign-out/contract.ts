import { httpContract, LAYER_PROBLEMS } from '../../shared/http/contract.ts';

/** Ends the caller's own session at once. */
export const signOut = httpContract({
  flow: 'sign-out',
  routes: [{ method: 'DELETE', path: '/sessions/current', summary: "Sign out: end the caller's session at once." }],
  caller: 'session',
  problems: [...LAYER_PROBLEMS, 'unauthenticated'],
  tables: {
    tokens: ['dynamodb:DeleteItem'],
    accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
  },
  keyring: true,
});
