import * as z from 'zod/mini';
import { accountExport } from '../../shared/contract/account-export.ts';
import { BODY_PROBLEMS, httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { tokenField } from '../../shared/contract/fields.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const downloadExportRequest = z.strictObject({ token: tokenField });

/** Gives what the link to a large export leads to, once. */
export const downloadExport = httpContract({
  flow: 'download-export',
  subject: 'Accounts',
  routes: [
    {
      method: 'POST',
      path: '/account/export/download',
      accepts: ['json', 'form'],
      page: '/ui/export',
      summary:
        'Save an export that was too large for an answer, with the token of the mail. It works once; a repeat with the same Idempotency-Key gets it again for ten minutes. The answer is compressed where it is large.',
    },
  ],
  caller: 'anyone',
  request: downloadExportRequest,
  answer: accountExport,
  answerHeaders: ['Content-Disposition'],
  credential: 'token',
  keepsAnswerFor: null, // its token is good for a repeat with the same key
  problems: [...LAYER_PROBLEMS, ...BODY_PROBLEMS, 'invalid-token'],
  throttle: ORDINARY,
  settings: [],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'],
      PHONE: ['dynamodb:GetItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:BatchGetItem', 'dynamodb:Query'],
      CHANGE: ['dynamodb:Query'],
      EXPORT: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    },
  },
  keyring: true,
});
