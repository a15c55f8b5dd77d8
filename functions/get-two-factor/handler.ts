import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { makeTwoFactor } from '../../shared/two-factor/two-factor.ts';
import { getTwoFactor } from './contract.ts';
import { makeGetTwoFactor } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: getTwoFactor,
    runtime,
    connect: async () => {
      const flow = makeGetTwoFactor({ twoFactor: makeTwoFactor({ ...runtime, dynamo: connectDynamo(runtime) }) });
      return {
        accessTokens: openAccessTokens(runtime, await openKeyring(runtime)),
        answer: async (request) => ok(await flow({ principal: signedIn(request) })),
      };
    },
  });

export const handler = wire(processRuntime(getTwoFactor));
