import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { endOtherSessionsField, sessionTokensAnswer } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const renewRecoveryCodesRequest = z.strictObject({ end_other_sessions: endOtherSessionsField });

const renewRecoveryCodesAnswer = described(
  'The new recovery codes.',
  z.strictObject({
    recovery_codes: z.array(z.string()).check(z.describe('Shown this once; the old ones work no more.')),
    session: z.optional(sessionTokensAnswer), // set where other sessions were ended
  }),
);

/** Replaces the recovery codes. */
export const renewRecoveryCodes = httpContract({
  flow: 'renew-recovery-codes',
  subject: 'SecondFactors',
  routes: [
    {
      method: 'POST',
      path: '/two-factor/recovery-codes',
      accepts: ['json', 'form'],
      bodyOptional: true,
      summary:
        'New recovery codes, shown once, in place of the old ones. Every other session ends unless end_other_sessions is false; the caller goes on with the session in the answer.',
    },
  ],
  caller: 'fresh-session',
  request: renewRecoveryCodesRequest,
  answer: renewRecoveryCodesAnswer,
  keepsAnswerFor: 'minutes', // the codes
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'conflict'],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
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
