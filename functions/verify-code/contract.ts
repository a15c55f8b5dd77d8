import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import {
  codeField,
  endOtherSessionsField,
  sessionTokensAnswer,
  signInTokensAnswer,
} from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { NUMBER_PURPOSES } from '../../shared/contract/number-purposes.ts';
import { countField } from '../../shared/contract/seconds-field.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

/** Apps may store the whole answer of request-verification and send it back as the id. */
const VERIFICATION_ID_MAX_LENGTH = 2048;

/** Description for the app's server that verifies it (docs/adr/0020). */
const PHONE_PROOF =
  "A signed token that names the number (phone_number), good for 10 minutes, for the app's own server. Verify it with the keys of /.well-known/jwks.json: RS256, typ phone-proof+jwt, the issuer, exp, and as aud the audience of access tokens followed by #phone-proof. Refuse any other aud: an access token is none.";

const verifyCodeRequest = z.strictObject({
  code: codeField,
  verification_id: z.optional(z.string().check(z.minLength(1), z.maxLength(VERIFICATION_ID_MAX_LENGTH))),
  end_other_sessions: endOtherSessionsField, // applies only to codes of a session, which change the account
});

const verifyCodeAnswer = described(
  'What was proven. For a sign-in the tokens of its session come with it, for a first factor the recovery codes, and for a number a proof, where a verification_id was sent.',
  z.union([
    z.extend(signInTokensAnswer, {
      verified: z.literal(true),
      proves: z.literal('sign-in'),
      recovery_codes_left: z.optional(countField('After a recovery code was used: how many are left.')),
    }),
    z.strictObject({
      verified: z.literal(true),
      proves: z.literal(NUMBER_PURPOSES), // what the number is from now on
      recovery_codes: z.optional(z.array(z.string()).check(z.describe('With the first factor, shown this once.'))),
      session: z.optional(sessionTokensAnswer), // set where other sessions were ended
    }),
    z.strictObject({
      verified: z.literal(true),
      proves: z.literal('phone'),
      phone_proof: z.optional(z.string().check(z.describe(PHONE_PROOF))),
    }),
  ]),
);

/** Checks a code: for a sign-in, a number that becomes an account's, or a number. */
export const verifyCode = httpContract({
  flow: 'verify-code',
  subject: 'Verification',
  routes: [
    {
      method: 'POST',
      path: '/verification/verify',
      accepts: ['json', 'form'],
      summary:
        'Prove a code: from an app, by SMS, by mail for a sign-in from a new device, or a recovery code. With a challenge token as bearer it completes a sign-in. With an access token it switches codes by SMS on, or makes of the number what request-verification was asked for: the recovery_phone of the account, or the phone_number of its profile; every other session then ends unless end_other_sessions is false, and always where a number is replaced, and the caller goes on with the session in the answer. A few accounts may have one number (sms.accountsPerNumber): it is verified for the latest to prove it, and the owners of the others get a mail. Where as many accounts as may have it, a right code is answered 409 conflict, with not-available for phone_number. A number is the recovery_phone of the latest account to choose it alone.',
    },
  ],
  caller: 'anyone',
  bearer: ['challenge-token', 'access-token'],
  request: verifyCodeRequest,
  answer: verifyCodeAnswer,
  answerHeaders: ['Set-Cookie'],
  keepsAnswerFor: 'minutes', // recovery codes, or a proof
  problems: [
    ...LAYER_PROBLEMS,
    ...BODY_PROBLEMS,
    'unauthenticated',
    'fresh-session-required',
    'invalid-code',
    'conflict',
  ],
  throttle: ORDINARY,
  settings: ['audience', 'events', 'sessions', 'sms', 'verification.findBySource'],
  tables: {
    accounts: {
      ACCOUNT: [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:ConditionCheckItem',
      ],
      PHONE: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    },
    credentials: {
      ACCOUNT: [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:ConditionCheckItem',
      ],
    },
    tokens: {
      ACCOUNT: [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ],
      CHANGE: ['dynamodb:PutItem'],
      PENDING: ['dynamodb:Query'],
      SERIES: ['dynamodb:DeleteItem'],
      SMS_BREAKER: ['dynamodb:UpdateItem'],
      VERIFICATION: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
