import * as z from 'zod/mini';
import { HASHING_ARCHITECTURE } from '../../shared/contract/architecture.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { nameField, newPasswordField, signInTokensAnswer, tokenField } from '../../shared/contract/fields.ts';
import { HASHING } from '../../shared/contract/throttle.ts';

/** The field of a form that a person left empty, or with a blank in it. */
const blank = z.pipe(
  z.string().check(z.regex(/^\s*$/)),
  z.transform(() => null),
);

const completeSignUpRequest = z.strictObject({
  token: tokenField,
  password: newPasswordField,
  name: z.optional(z.union([blank, nameField])),
});

/** Creates the account of a sign-up token and signs the caller in. */
export const completeSignUp = httpContract({
  flow: 'complete-sign-up',
  subject: 'Accounts',
  routes: [
    {
      method: 'POST',
      path: '/accounts/complete',
      accepts: ['json', 'form'],
      page: '/ui/complete-sign-up',
      summary: 'Set the password of a new account with the token from the mail. The account exists from here on.',
    },
  ],
  caller: 'anyone',
  request: completeSignUpRequest,
  answer: signInTokensAnswer,
  answerHeaders: ['Set-Cookie'],
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token', 'password-rejected'],
  throttle: HASHING,
  settings: ['audience', 'events', 'passwords', 'productName', 'sessions'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      SIGN_UP: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      EMAIL: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:PutItem'],
    },
  },
  hashing: true,
  architecture: HASHING_ARCHITECTURE,
  keyring: true,
});
