import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeTwoFactor } from '../../shared/store/two-factor.ts';
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
