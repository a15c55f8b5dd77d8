import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { sha256 } from '../../shared/crypto/digest.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeRecoveries } from '../../shared/store/recoveries.ts';
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
