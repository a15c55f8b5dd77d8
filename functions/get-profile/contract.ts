import { httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { profileAnswer } from '../../shared/contract/profile-answer.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

export const getProfile = httpContract({
  flow: 'get-profile',
  subject: 'Profile',
  routes: [
    {
      method: 'GET',
      path: '/profile/{user_id}',
      summary:
        "Read the caller's own profile; the ETag names its version. If-None-Match is honoured: 304 for a version that the caller has.",
    },
  ],
  caller: 'own-session',
  answer: profileAnswer,
  answerHeaders: ['ETag'],
  problems: [...LAYER_PROBLEMS, 'unauthenticated', 'not-found'],
  throttle: ORDINARY,
  settings: ['audience'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem'],
      PHONE: ['dynamodb:GetItem'],
    },
  },
  keyring: true,
});
