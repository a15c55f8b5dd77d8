import { streamContract } from '../../shared/http/contract.ts';

/** Empties the outbox: makes the secret, stores its hash, writes the message, sends it. */
export const deliverMessages = streamContract({
  flow: 'deliver-messages',
  summary: 'Sends the mail and SMS that other flows have asked for.',
  source: 'outbox',
  batchSize: 10,
  tables: {
    outbox: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    accounts: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    tokens: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    credentials: ['dynamodb:GetItem'],
  },
  keyring: true,
  mail: true,
  sms: true,
});
