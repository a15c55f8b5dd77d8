import { openSecretReader } from '../../shared/aws/read-secret.ts';
import { serveAuthorizer } from '../../shared/lambda/authorizer-handler.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { guardOrigin } from './contract.ts';
import { makeGuardOrigin } from './flow.ts';

export const wire = serveAuthorizer({
  contract: guardOrigin,
  uses: {
    // Read once: a secret of the stack never changes, another one takes its place and the function is told its name.
    secrets: ({ config, ...parts }: Scope) =>
      Promise.all((config.originSecrets ?? []).map(async (arn) => (await openSecretReader(arn, parts)()).text)),
  },
  flow: makeGuardOrigin,
});

export const handler = wire(processRuntime(guardOrigin));
