import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const revokeRecoveryRequest = z.strictObject({ token: tokenField });

const revokeRecoveryAnswer = described(
  'What was voided.',
  z.strictObject({
    status: z.enum(['recovery-revoked', 'sign-in-link-revoked', 'email-change-cancelled', 'factor-reset-stopped']),
  }),
);

/** "This wasn't me": voids every token of the mail's kind that the account has, for a reset, for sign-in links, for a change of address or for a reset of second factors. */
export const revokeRecovery = httpContract({
  flow: 'revoke-recovery',
  subject: 'Recovery',
  routes: [
    {
      method: 'POST',
      path: '/account/recovery/revoke',
      accepts: ['json', 'form'],
      page: '/ui/not-me',
      summary:
        'Void the recovery tokens of an account with one of them, those by SMS also with the token of the mail that told of it, or its sign-in links with one of those; or cancel a pending change of its address with the token of either address, or a reset of its second factors that an operator has asked for. Nothing else of it changes.',
    },
  ],
  caller: 'anyone',
  request: revokeRecoveryRequest,
  answer: revokeRecoveryAnswer,
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token'],
  throttle: ORDINARY,
  settings: ['events'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
      EMAIL_CHANGE: ['dynamodb:GetItem'],
      FACTOR_RESET: ['dynamodb:GetItem'],
      RECOVERY: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
      SIGN_IN_LINK: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
      SMS_SPENT: ['dynamodb:GetItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
  },
  keyring: true,
});
