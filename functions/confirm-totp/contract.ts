import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { codeField, endOtherSessionsField, sessionTokensAnswer } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const confirmTotpRequest = z.strictObject({
  code: codeField,
  enrollment_id: z.optional(
    z.pipe(
      z
        .string()
        .check(z.describe('Of the app that is meant, as enroll-totp gave it; the one that is awaited if left out.')),
      z.transform((text) => text.toLowerCase()), // in capitals, as Swift writes a UUID, it is the same one (RFC 9562 §4)
    ),
  ),
  end_other_sessions: endOtherSessionsField,
});

const confirmTotpAnswer = described(
  'The app is a second factor now.',
  z.strictObject({
    factor: z.literal('totp'),
    id: z.string().check(z.describe('What remove-factor takes.')),
    recovery_codes: z.optional(
      z.array(z.string()).check(z.describe('Shown this once, when the first factor is switched on.')),
    ),
    session: z.optional(sessionTokensAnswer), // set where other sessions were ended
  }),
);

/** Activates an authenticator app with its first code. */
export const confirmTotp = httpContract({
  flow: 'confirm-totp',
  subject: 'SecondFactors',
  routes: [
    {
      method: 'POST',
      path: '/two-factor/totp/confirm',
      accepts: ['json', 'form'],
      summary:
        'Switch an authenticator app on with its first code. With the first factor come recovery codes, shown once. Where enrollment_id names an app that is not awaited, or not any more, the answer is 409 conflict with outdated for enrollment_id, and no try is spent. Every other session ends unless end_other_sessions is false; the caller goes on with the session in the answer.',
    },
  ],
  caller: 'fresh-session',
  request: confirmTotpRequest,
  answer: confirmTotpAnswer,
  keepsAnswerFor: 'minutes', // recovery codes
  problems: [
    ...LAYER_PROBLEMS,
    ...BODY_PROBLEMS,
    'unauthenticated',
    'fresh-session-required',
    'conflict',
    'invalid-code',
  ],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      CHANGE: ['dynamodb:PutItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
