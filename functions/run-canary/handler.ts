import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { serveSchedule } from '../../shared/lambda/schedule-handler.ts';
import { provideCanaryAccount } from './canary-account.ts';
import { provideChecks } from './checks.ts';
import { runCanary } from './contract.ts';
import { makeRunCanary } from './flow.ts';

export const wire = serveSchedule({
  contract: runCanary,
  ports: { dynamo: openDynamo },
  uses: { checks: provideChecks, account: provideCanaryAccount },
  flow: makeRunCanary,
});

export const handler = wire(processRuntime(runCanary));
