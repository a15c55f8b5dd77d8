import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/http/contract.ts';
import { profileAnswer, profileMembers } from '../../shared/http/profile-fields.ts';
import { ORDINARY } from '../../shared/http/throttle.ts';

export const updateProfileRequest = profileMembers;

/** Changes the caller's own profile, whole or in part. */
export const updateProfile = httpContract({
  flow: 'update-profile',
  routes: [
    {
      method: 'PUT',
      path: '/profile/{user_id}',
      accepts: ['json', 'form'],
      summary: "Replace the caller's editable claims: one that is left out is cleared. If-Match is honoured.",
    },
    {
      method: 'PATCH',
      path: '/profile/{user_id}',
      accepts: ['merge-patch', 'json'],
      summary: "Change some of the caller's editable claims: null removes one (RFC 7396). If-Match is honoured.",
    },
  ],
  caller: 'own-session',
  request: updateProfileRequest,
  answer: profileAnswer,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'unauthenticated', 'not-found', 'conflict', 'precondition-failed'],
  throttle: ORDINARY,
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    },
  },
  keyring: true,
});
