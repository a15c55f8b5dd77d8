import { streamContract } from '../../shared/contract/contract.ts';

/** Handles the outbox's intents: derives the secret, stores its salt and hash, composes the message and sends it. */
export const deliverMessages = streamContract({
  flow: 'deliver-messages',
  summary: 'Sends the mail and SMS that other flows have asked for.',
  source: 'outbox',
  channels: ['INTENT', 'SMS'],
  batchSize: 10,
  settings: [
    'defaultLanguage',
    'emailChange.perMailbox',
    'events',
    'limits.mailToMailbox',
    'messages',
    'productName',
    'publicUrl',
    'recovery',
    'sender',
    'sms',
    'tokens',
  ],
  tables: {
    outbox: {
      INTENT: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      SMS: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    },
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      EMAIL: ['dynamodb:GetItem'],
      PHONE: ['dynamodb:GetItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      CHANGE: ['dynamodb:GetItem'],
      DELETION: ['dynamodb:PutItem'],
      EMAIL_CHANGE: ['dynamodb:PutItem'],
      EMAIL_PROOF: ['dynamodb:PutItem'],
      FACTOR_RESET: ['dynamodb:PutItem'],
      EXPORT: ['dynamodb:UpdateItem'],
      LIMIT: ['dynamodb:UpdateItem'],
      RECOVERY: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      SIGN_IN_LINK: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      SIGN_IN_VETO: ['dynamodb:PutItem'],
      SIGN_UP: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      SMS_BREAKER: ['dynamodb:UpdateItem'],
      SMS_BUDGET: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      SMS_SPENT: ['dynamodb:PutItem'],
      UNDO: ['dynamodb:PutItem'],
      VERIFICATION: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:GetItem'],
    },
  },
  keyring: true,
  mail: true,
  sms: true,
});
