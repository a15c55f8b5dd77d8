import * as z from 'zod/mini';
import { HASHING_ARCHITECTURE } from '../../shared/contract/architecture.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { accessTokenShape, codeField, passwordField } from '../../shared/contract/fields.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described } from '../../shared/contract/named.ts';
import { countField } from '../../shared/contract/seconds-field.ts';
import { acrValuesField, actionField, bodySha256Field, maxAgeField } from '../../shared/contract/step-up-fields.ts';
import { HASHING } from '../../shared/contract/throttle.ts';

export const reauthenticateRequest = z.strictObject({
  password: passwordField,
  code: z.optional(codeField.check(z.describe('Wanted where a second factor is on.'))),
  acr_values: z.optional(acrValuesField),
  max_age: z.optional(maxAgeField),
  action: z.optional(actionField),
  body_sha256: z.optional(bodySha256Field),
});

const reauthenticateAnswer = described(
  'An access token that is fresh; or, with action, a proof for that request, and an access token as old as the one that it was asked with.',
  z.strictObject({
    fresh_until: instantField.check(z.describe('Until when the proof is good, of the session or of step_up_token.')),
    ...accessTokenShape,
    step_up_token: z.optional(
      z
        .string()
        .check(
          z.describe(
            'With action: for the header Keyturn-Step-Up of that request. Good once, in this session, and until the account changes.',
          ),
        ),
    ),
    recovery_codes_left: z.optional(countField('Where a recovery code was used: how many are left.')),
  }),
);

/** Authenticates the caller again before a sensitive action. */
export const reauthenticate = httpContract({
  flow: 'reauthenticate',
  subject: 'Sessions',
  routes: [
    {
      method: 'POST',
      path: '/sessions/current/reauthenticate',
      accepts: ['json', 'form'],
      summary:
        'Prove again who you are. The new access token opens what asks for a fresh session. With action and body_sha256 the proof is for one request alone: step_up_token goes with that request as the header Keyturn-Step-Up, and the session opens nothing that it did not before.',
    },
  ],
  caller: 'session',
  request: reauthenticateRequest,
  answer: reauthenticateAnswer,
  problems: [
    ...LAYER_PROBLEMS,
    ...BODY_PROBLEMS,
    'unauthenticated',
    'invalid-credentials',
    'unmet-authentication-requirements',
  ],
  throttle: HASHING,
  settings: ['audience', 'events', 'passwords.argon2', 'sessions', 'sms'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      SMS_BREAKER: ['dynamodb:UpdateItem'],
      STEP_UP: ['dynamodb:PutItem'],
      VERIFICATION: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
    },
  },
  hashing: true,
  architecture: HASHING_ARCHITECTURE,
  keyring: true,
});
