import * as z from 'zod/mini';
import { accountExport } from '../../shared/contract/account-export.ts';
import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { described } from '../../shared/contract/named.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

const exportAccountAnswer = described(
  'Everything that is held about the account; or, where that is too much for an answer, a mail with a link to it is on its way.',
  z.strictObject({
    status: z.enum(['complete', 'mailed']),
    export: z.optional(accountExport),
  }),
);

/** Gives an owner everything that is held about the account. */
export const exportAccount = httpContract({
  flow: 'export-account',
  subject: 'Accounts',
  routes: [
    {
      method: 'POST',
      path: '/account/export',
      summary:
        'Export everything that is held about the account, as one JSON object without secrets. Where it is too large for an answer, status is mailed, and a link comes to the address with which it can be saved once. The owner is told of each.',
    },
  ],
  caller: 'fresh-session',
  answer: exportAccountAnswer,
  keepsAnswerFor: 'minutes', // all that is personal
  problems: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'unauthenticated', 'fresh-session-required', 'conflict'],
  throttle: ORDINARY,
  settings: ['audience', 'events'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
      PHONE: ['dynamodb:GetItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
      CHANGE: ['dynamodb:Query'],
    },
    outbox: {
      INTENT: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
