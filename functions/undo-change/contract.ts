import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

/** UTF-16 units of a code at most: a link with a token in it, as people paste it. */
const CODE_TEXT_MAX_LENGTH = 1024;

const undoChangeRequest = z.strictObject({
  token: tokenField,
  code: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(CODE_TEXT_MAX_LENGTH),
        z.describe(
          'Where a second factor was on before the change: a code of an app of then, or a recovery code of then. Where codes by SMS were on, the token of the notice that came the other way (by SMS or mail) will do.',
        ),
      ),
  ),
});

const undoChangeAnswer = described(
  'The account is what it was before the change. Every session has ended, and a mail with which a new password can be set is on its way.',
  z.strictObject({
    status: z.literal('change-undone'),
    restored: z
      .array(z.enum(['email', 'phone_number', 'recovery_phone', 'second_factors', 'password']))
      .check(
        z.describe(
          'What was another by now. A password of before is not put back: the one that was set no longer works. Nor is a recovery_phone that was used meanwhile, or that is of another account by now: then there is none.',
        ),
      ),
  }),
);

/** "This wasn't me": takes a change of identity or factors back, with all that came after it. */
export const undoChange = httpContract({
  flow: 'undo-change',
  subject: 'Recovery',
  routes: [
    {
      method: 'POST',
      path: '/account/undo',
      accepts: ['json', 'form'],
      page: '/ui/undo',
      summary:
        'Undo a change with the token of its notice: e-mail address, phone numbers and second factors are again what they were before it, whatever was changed since. Every session ends, and the address of before gets a mail to set a new password. Where a second factor was on before the change, code proves it; without one the answer is 400 invalid-request, with required for code.',
    },
  ],
  caller: 'anyone',
  request: undoChangeRequest,
  answer: undoChangeAnswer,
  credential: 'token',
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token', 'invalid-code'],
  throttle: ORDINARY,
  settings: ['events', 'passwords.argon2'],
  tables: {
    tokens: {
      ACCOUNT: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
      CHANGE: ['dynamodb:GetItem'],
      UNDO: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      EMAIL: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      PHONE: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
