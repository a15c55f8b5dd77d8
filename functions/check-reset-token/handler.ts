import { makeRecoveries } from '../../shared/account/recoveries.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { checkResetToken } from './contract.ts';
import { makeCheckResetToken } from './flow.ts';

export const wire = serve({
  contract: checkResetToken,
  ports: { dynamo: openDynamo },
  uses: { recoveries: makeRecoveries },
  flow: makeCheckResetToken,
  input: ({ body }) => ({ token: body.reset_token }),
});

export const handler = wire(processRuntime(checkResetToken));
