import { scheduleContract } from '../../shared/contract/contract.ts';

/** Erases the accounts whose grace is over. */
export const eraseAccounts = scheduleContract({
  flow: 'erase-accounts',
  summary: 'Erases the accounts that their owners have deleted, or an operator for them, once the grace is over.',
  schedule: 'rate(1 hour)',
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      DELETION: ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      EMAIL: ['dynamodb:DeleteItem'],
      ERASED: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      PHONE: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:Query', 'dynamodb:DeleteItem'],
    },
    tokens: {
      ACCOUNT: ['dynamodb:Query', 'dynamodb:DeleteItem'],
      CHANGE: ['dynamodb:Query', 'dynamodb:DeleteItem'],
    },
    outbox: {
      INTENT: ['dynamodb:DeleteItem'],
      SMS: ['dynamodb:DeleteItem'],
    },
  },
  keyring: true,
});
