import * as z from 'zod/mini';
import { HASHING_ARCHITECTURE } from '../../shared/contract/architecture.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { accessTokenShape, codeField, passwordField } from '../../shared/contract/fields.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described } from '../../shared/contract/named.ts';
import { countField } from '../../shared/contract/seconds-field.ts';
import { HASHING } from '../../shared/contract/throttle.ts';

const reauthenticateRequest = z.strictObject({
  password: passwordField,
  code: z.optional(codeField.check(z.describe('Wanted where a second factor is on.'))),
});

const reauthenticateAnswer = described(
  'An access token that is fresh.',
  z.strictObject({
    fresh_until: instantField,
    ...accessTokenShape,
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
      summary: 'Prove again who you are. The new access token opens what asks for a fresh session.',
    },
  ],
  caller: 'session',
  request: reauthenticateRequest,
  answer: reauthenticateAnswer,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'unauthenticated', 'invalid-credentials'],
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
