import { HASHING_ARCHITECTURE } from '../../shared/contract/architecture.ts';
import { CANARY_EVERY_MINUTES } from '../../shared/contract/canary.ts';
import { scheduleContract } from '../../shared/contract/contract.ts';

/** Does from outside what people do, so that an alarm tells when they can't. */
export const runCanary = scheduleContract({
  flow: 'run-canary',
  summary:
    "Signs in and out, asks for a recovery mail to SES's simulator and fetches the keys, as people and their apps do.",
  schedule: `rate(${CANARY_EVERY_MINUTES} minutes)`,
  canary: true,
  settings: ['audience', 'captcha', 'passwords.argon2', 'publicUrl'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      EMAIL: ['dynamodb:PutItem'],
    },
    credentials: {
      ACCOUNT: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
    },
  },
  hashing: true,
  architecture: HASHING_ARCHITECTURE,
});
