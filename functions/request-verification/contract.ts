import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { described } from '../../shared/contract/named.ts';
import { NUMBER_PURPOSES } from '../../shared/contract/number-purposes.ts';
import { phoneField } from '../../shared/contract/phone-field.ts';
import { countField } from '../../shared/contract/seconds-field.ts';
import { SENDING } from '../../shared/contract/throttle.ts';

const requestVerificationRequest = z.strictObject({
  phone_number: z.optional(phoneField),
  purpose: z.optional(
    z
      .enum(NUMBER_PURPOSES)
      .check(
        z.describe(
          "With an access token and phone_number: what a right code makes of the number. factor, as where it is left out: the second factor, and the profile's phone_number; recovery: the account's recovery_phone, to which a recovery token can go; contact: the profile's phone_number and no more.",
        ),
      ),
  ),
});

const requestVerificationAnswer = described(
  'A code goes out, if one can.',
  z.strictObject({
    verification_id: z
      .string()
      .check(z.describe('May be kept, alone or within the whole answer, and sent with the code.')),
    expires_in: countField('Whole seconds. Asked again, what is left: the same code goes out, and lives no longer.'),
    resend_after: countField('Whole seconds until another code can be asked for.'),
  }),
);

/** Sends a code by SMS, or by mail where a sign-in from a new device waits for it. */
export const requestVerification = httpContract({
  flow: 'request-verification',
  subject: 'Verification',
  routes: [
    {
      method: 'POST',
      path: '/verification',
      accepts: ['json', 'form'],
      bodyOptional: true,
      summary:
        "Send a code by SMS. With a challenge token as bearer to the account's own number; with an access token to a number that shall become the factor, or what purpose says, or without one to the own number, for reauthenticate; alone to prove a number. With the challenge token of a sign-in from a new device (email_code) it sends the mailed code once more. With a token and where no SMS can be sent, 409 names the account's other factors.",
    },
  ],
  caller: 'anyone',
  bearer: ['challenge-token', 'access-token'],
  request: requestVerificationRequest,
  answer: requestVerificationAnswer,
  answerHeaders: ['Set-Cookie'],
  keepsAnswerFor: 'minutes', // as long as the code can be good
  captcha: true,
  problems: [
    ...LAYER_PROBLEMS,
    ...BODY_PROBLEMS,
    'unsupported-country',
    'unauthenticated',
    'fresh-session-required',
    'conflict',
    'sms-unavailable',
    'too-many-requests',
  ],
  throttle: SENDING,
  settings: [
    'audience',
    'captcha',
    'limits.accountVerification',
    'limits.ownerVerification',
    'limits.requestVerification',
    'recovery',
    'signIn.codesPerAccount',
    'sms',
    'trustedCallers',
  ],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem'],
      PHONE: ['dynamodb:BatchGetItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:BatchGetItem'],
    },
    tokens: {
      LIMIT: ['dynamodb:UpdateItem'],
      PENDING: ['dynamodb:PutItem'],
      RESEND: ['dynamodb:PutItem'],
      SERIES: ['dynamodb:PutItem'],
      SMS_BREAKER: ['dynamodb:ConditionCheckItem'],
      SMS_BUDGET: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
      VERIFICATION: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
