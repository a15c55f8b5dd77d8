import { openSecretReader } from '../../shared/aws/read-secret.ts';
import { authorizerHandler } from '../../shared/lambda/authorizer-handler.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { constantTimeEqual } from '../../shared/primitives/digest.ts';
import { guardOrigin } from './contract.ts';
import { makeGuardOrigin } from './flow.ts';

export const wire = (runtime: Runtime) =>
  authorizerHandler({
    contract: guardOrigin,
    runtime,
    connect: async () => {
      // Read once: a secret of the stack never changes, another one takes its place and the function is told its name.
      const secrets = await Promise.all((runtime.config.originSecrets ?? []).map((arn) => openSecretReader(arn)()));
      return makeGuardOrigin({ secrets, constantTimeEqual });
    },
  });

export const handler = wire(processRuntime(guardOrigin));
