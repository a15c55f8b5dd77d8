import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/http/contract.ts';
import { emailField, lineOfText, passwordField, sessionTokensAnswer } from '../../shared/http/fields.ts';

const DEVICE_NAME_MAX_LENGTH = 100;

export const signInRequest = z.strictObject({
  email: emailField,
  password: passwordField,
  device_name: z.optional(
    lineOfText(DEVICE_NAME_MAX_LENGTH).check(z.describe('What the owner calls the device, for the list of sessions.')),
  ),
});

/** Begins a session with a password. */
export const signIn = httpContract({
  flow: 'sign-in',
  routes: [
    {
      method: 'POST',
      path: '/sessions',
      accepts: ['json', 'form'],
      summary: 'Sign in with e-mail address and password.',
    },
  ],
  caller: 'anyone',
  request: signInRequest,
  answer: sessionTokensAnswer,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-credentials', 'too-many-requests'],
  tables: {
    tokens: ['dynamodb:UpdateItem', 'dynamodb:PutItem'],
    accounts: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
    credentials: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  },
  hashing: true,
  keyring: true,
});
