import { topicContract } from '../../shared/contract/contract.ts';

/** Marks addresses that mail does not reach, and counts what becomes of mail. */
export const recordFeedback = topicContract({
  flow: 'record-feedback',
  summary: 'Takes what SES tells of sent mail: bounces, complaints, rejects, delays and deliveries.',
  source: 'mail-events',
  settings: ['events'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:PutItem'],
    },
    outbox: {
      SMS: ['dynamodb:PutItem'],
    },
  },
  keyring: true,
});
