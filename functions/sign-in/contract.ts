import * as z from 'zod/mini';
import { HASHING_ARCHITECTURE } from '../../shared/contract/architecture.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { CHALLENGE_FACTORS } from '../../shared/contract/factor-names.ts';
import {
  deviceTokenField,
  emailField,
  lineOfText,
  linkTokenField,
  passwordField,
  signInTokensAnswer,
} from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { secondsField } from '../../shared/contract/seconds-field.ts';
import { HASHING } from '../../shared/contract/throttle.ts';

const DEVICE_NAME_MAX_LENGTH = 100;

export const signInRequest = z.strictObject({
  email: emailField,
  password: passwordField,
  device_name: z.optional(
    lineOfText(DEVICE_NAME_MAX_LENGTH).check(z.describe('What the owner calls the device, for the list of sessions.')),
  ),
  device_token: deviceTokenField,
  link_token: linkTokenField,
});

/** Answer to a correct password that does not suffice: the challenge token is the bearer for verify-code. */
const secondFactorRequiredAnswer = z.strictObject({
  second_factor_required: z
    .literal(true)
    .check(z.describe('Present where the password was right and does not suffice.')),
  challenge_token: z.string().check(z.describe('The bearer for verify-code and request-verification.')),
  expires_in: secondsField,
  factors: z
    .array(z.enum(CHALLENGE_FACTORS))
    .check(
      z.describe(
        "What verify-code takes. email_code, alone: no second factor is on and the device is new, so a code has just gone to the account's address.",
      ),
    ),
  phone_hint: z.optional(z.string().check(z.describe('The last digits of the number that codes go to.'))),
});

export const signInAnswer = described(
  'The tokens of a session; or, where second_factor_required is true, a challenge_token in their place: the bearer with which verify-code completes the sign-in.',
  z.union([signInTokensAnswer, secondFactorRequiredAnswer]),
);

/** Starts a session with a password, or a challenge for a second factor. */
export const signIn = httpContract({
  flow: 'sign-in',
  subject: 'Sessions',
  routes: [
    {
      method: 'POST',
      path: '/sessions',
      accepts: ['json', 'form'],
      summary:
        'Sign in with e-mail address and password. From a device that the account does not know, where no second factor is on, the answer asks for a code that has gone to the address (email_code), unless link_token is that of a mailed link.',
    },
  ],
  caller: 'anyone',
  request: signInRequest,
  answer: signInAnswer,
  answerHeaders: ['Set-Cookie'],
  keepsAnswerFor: 'minutes', // a challenge token
  captcha: true,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-credentials', 'conflict', 'too-many-requests'],
  throttle: HASHING,
  settings: [
    'audience',
    'captcha',
    'events',
    'limits.signIn',
    'passwords.argon2',
    'sessions',
    'signIn',
    'trustedCallers',
  ],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      LIMIT: ['dynamodb:UpdateItem'],
      SIGN_IN_LINK: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      VERIFICATION: ['dynamodb:PutItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
      EMAIL: ['dynamodb:GetItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
    },
  },
  hashing: true,
  architecture: HASHING_ARCHITECTURE,
  keyring: true,
});
