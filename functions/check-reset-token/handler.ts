import { makeRecoveries } from '../../shared/account/recoveries.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { checkResetToken } from './contract.ts';
import { makeCheckResetToken } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: checkResetToken,
    runtime,
    connect: async () => {
      const dynamo = connectDynamo(runtime);
      const flow = makeCheckResetToken({ recoveries: makeRecoveries({ ...runtime, dynamo }), sha256 });
      return { answer: async ({ body }) => ok(await flow({ token: body.reset_token })) };
    },
  });

export const handler = wire(processRuntime(checkResetToken));
