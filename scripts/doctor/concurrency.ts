import type { Check } from './check.ts';
import { fail, ok, warn } from './finding.ts';
import { GET_ACCOUNT_SETTINGS, LIST_QUOTA_REQUESTS } from './operations.ts';

/** Service Quotas' code for concurrent executions. @see AWS General Reference, "AWS Lambda endpoints and quotas" */
const QUOTA = { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' };

/** What the service is sized for. @see docs/operating.md, step 0 */
const WANTED = 1000;

/** What a new account has. @see AWS Lambda developer guide, "Lambda quotas" */
const NEW_ACCOUNT = 10;

/** A request that AWS has not decided. @see Service Quotas API Reference, RequestedServiceQuotaChange */
const UNDECIDED: ReadonlySet<string> = new Set(['PENDING', 'CASE_OPENED']);

/** How many functions run at a time: what other applications have reserved is not there for this one. */
export const concurrency: Check = {
  id: 'lambda-concurrency',
  title: "Lambda's concurrency",
  asks: [GET_ACCOUNT_SETTINGS, LIST_QUOTA_REQUESTS],
  run: async ({ ask }) => {
    const { AccountLimit } = await ask(GET_ACCOUNT_SETTINGS);
    const { UnreservedConcurrentExecutions: free } = AccountLimit;
    if (free >= WANTED) return ok(`${free} functions can run at a time.`);

    const { RequestedQuotas = [] } = await ask(LIST_QUOTA_REQUESTS, QUOTA);
    const pending = RequestedQuotas.find(({ Status, DesiredValue }) => UNDECIDED.has(Status) && DesiredValue > free);
    const sentence = `${free} functions can run at a time, and the service wants ${WANTED}.`;
    const whatToDo = pending
      ? `AWS has your request for ${pending.DesiredValue}, and has not decided it: wait.`
      : `aws service-quotas request-service-quota-increase --service-code ${QUOTA.ServiceCode} --quota-code ${QUOTA.QuotaCode} --desired-value ${WANTED}`;
    return free > NEW_ACCOUNT
      ? warn(sentence, whatToDo)
      : fail(`${sentence} A few people at a time would get 503.`, whatToDo);
  },
};
