import * as z from 'zod/mini';

/** What AWS lets a new account spend on SMS in a month, in US dollars. @see SNS developer guide, "SMS sandbox"; End User Messaging, "Notify spend limits" */
const LIMIT_OF_A_NEW_ACCOUNT_USD = 1;

const monthlyLimit = (of: string) =>
  z
    ._default(z.number().check(z.minimum(1), z.maximum(1_000_000)), LIMIT_OF_A_NEW_ACCOUNT_USD)
    .check(
      z.describe(
        `What ${of} may spend in a month in this AWS account and region, in US dollars, 1 to 1000000; ${LIMIT_OF_A_NEW_ACCOUNT_USD} unless set, the limit of a new account. AWS alone knows and holds it: this is for the alarm at 80 % of it.`,
      ),
    );

/** What the stack knows of the AWS account's SMS, and what it logs of them. */
export const smsDeploymentSettings = z.strictObject({
  monthlyLimitUsd: monthlyLimit('SNS'),
  notifyMonthlyLimitUsd: monthlyLimit('Notify'),
  deliveryLogs: z
    ._default(z.boolean(), false)
    .check(
      z.describe(
        'Whether the stack has the log that SNS writes of SMS which did not arrive, with their numbers, and a role for SNS to write it; false unless set. One stack of an account and region can have it (docs/operating.md).',
      ),
    ),
});
