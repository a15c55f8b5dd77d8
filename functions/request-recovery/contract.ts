import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { acceptedAnswer, emailField } from '../../shared/contract/fields.ts';
import { phoneField } from '../../shared/contract/phone-field.ts';
import { SENDING } from '../../shared/contract/throttle.ts';

const requestRecoveryRequest = z
  .strictObject({
    email: z.optional(emailField),
    phone_number: z.optional(phoneField),
  })
  .check(z.meta({ minProperties: 1 })); // the flow refuses what names neither

/** Requests a recovery message; the answer does not reveal whether an account exists. */
export const requestRecovery = httpContract({
  flow: 'request-recovery',
  subject: 'Recovery',
  routes: [
    {
      method: 'POST',
      path: '/account/recovery',
      accepts: ['json', 'form'],
      summary:
        'Ask for a recovery message by e-mail address or by number. It goes out by mail if an account has the address, and by SMS if an account has the number as its recovery_phone, whose owner then also gets a mail that can stop it; the answer is always the same. Asked again, the same token goes out while it lives, at a growing distance.',
    },
  ],
  caller: 'anyone',
  request: requestRecoveryRequest,
  answer: acceptedAnswer,
  captcha: true,
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'unsupported-country', 'too-many-requests'],
  throttle: SENDING,
  settings: ['captcha', 'limits.requestRecovery', 'sms.countries', 'trustedCallers'],
  tables: {
    tokens: {
      LIMIT: ['dynamodb:UpdateItem'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
