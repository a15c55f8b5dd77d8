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
    session: z.optional(sessionTokensAnswer), // set where a number was removed or an address switched, which ended every other session
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
        "Replace the caller's editable claims: one that is left out is cleared. If-Match is honoured. A phone_number of null removes a number that is no factor, a recovery_phone of null the number of recovery; either ends every other session. Another email becomes pending until both addresses have confirmed it. All three want a fresh session.",
    },
    {
      method: 'PATCH',
      path: '/profile/{user_id}',
      accepts: ['merge-patch', 'json'],
      summary:
        "Change some of the caller's editable claims: null removes one (RFC 7396). If-Match is honoured. Another email becomes pending until both addresses have confirmed it; the present one takes a pending change back. A new email and removing a number, as with PUT, want a fresh session.",
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
    'too-many-requests',
    'not-found',
    'conflict',
    'precondition-failed',
  ],
  throttle: ORDINARY,
  settings: ['audience', 'emailChange', 'events', 'sessions'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      EMAIL: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      PHONE: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      CHANGE: ['dynamodb:PutItem'],
      LIMIT: ['dynamodb:UpdateItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
