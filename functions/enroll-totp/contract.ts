import * as z from 'zod/mini';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { lineOfText } from '../../shared/contract/fields.ts';
import { described } from '../../shared/contract/named.ts';
import { countField } from '../../shared/contract/seconds-field.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const NAME_MAX_LENGTH = 60;

const enrollTotpRequest = z.strictObject({
  name: z.optional(
    lineOfText(NAME_MAX_LENGTH).check(z.describe('What the owner calls the app, if there are several.')),
  ),
});

const enrollTotpAnswer = described(
  'The secret of the app, in the forms that apps take.',
  z.strictObject({
    enrollment_id: z.string().check(z.describe('Names the app, for confirm-totp; its id once it is on.')),
    secret: z.string().check(z.describe('Base32, to be typed into an app.')),
    otpauth_uri: z.string().check(z.describe('The same as a link that apps open.')),
    qr: z.string().check(z.describe('The URI as a QR code: an SVG as a data URI.')),
    expires_in: countField('Whole seconds for the first code to be confirmed.'),
  }),
);

/** Starts adding an authenticator app, which becomes active with its first confirmed code. */
export const enrollTotp = httpContract({
  flow: 'enroll-totp',
  subject: 'SecondFactors',
  routes: [
    {
      method: 'POST',
      path: '/two-factor/totp',
      accepts: ['json', 'form'],
      bodyOptional: true,
      summary:
        'Begin to add an authenticator app. Nothing is switched on before confirm-totp. Asked again within five minutes, the session gets the same secret.',
    },
  ],
  caller: 'fresh-session',
  request: enrollTotpRequest,
  answer: enrollTotpAnswer,
  keepsAnswerFor: 'minutes', // the app's secret
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'conflict'],
  throttle: ORDINARY,
  settings: ['audience', 'productName'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    },
  },
  keyring: true,
});
