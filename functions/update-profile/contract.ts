import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { sessionTokensAnswer } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { profileAnswer } from '../../shared/contract/profile-answer.ts';
import { profileMembers } from '../../shared/contract/profile-fields.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

export const updateProfileRequest = profileMembers;

const updateProfileAnswer = described(
  'The profile as it is now.',
  z.extend(profileAnswer, {
    session: z.optional(sessionTokensAnswer), // set where a number was removed, which ended every other session
  }),
);

export const updateProfile = httpContract({
  flow: 'update-profile',
  subject: 'Profile',
  routes: [
    {
      method: 'PUT',
      path: '/profile/{user_id}',
      accepts: ['json', 'form'],
      summary:
        "Replace the caller's editable claims: one that is left out is cleared. If-Match is honoured. A phone_number of null removes a number that is no factor; that wants a fresh session, and every other session ends.",
    },
    {
      method: 'PATCH',
      path: '/profile/{user_id}',
      accepts: ['merge-patch', 'json'],
      summary:
        "Change some of the caller's editable claims: null removes one (RFC 7396). If-Match is honoured. Removing a number that is no factor wants a fresh session, and every other session ends.",
    },
  ],
  caller: 'own-session',
  request: updateProfileRequest,
  answer: updateProfileAnswer,
  answerHeaders: ['ETag'],
  problems: [
    ...LAYER_PROBLEMS,
    ...BODY_PROBLEMS,
    'unauthenticated',
    'fresh-session-required',
    'not-found',
    'conflict',
    'precondition-failed',
  ],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      PHONE: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      CHANGE: ['dynamodb:PutItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
