import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { openOwnerActions } from '../../shared/config/open-owner-actions.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { forgetFailures } from '../../shared/store/failure-counters.ts';
import { removeFactor } from './contract.ts';
import { makeRemoveFactor } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: removeFactor,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const flow = makeRemoveFactor({
        ...openOwnerActions(runtime, keyring, connectDynamo(runtime)),
        forgetFailures,
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async (request) => {
          const { factor = '' } = request.pathParameters;
          return ok(await flow({ principal: signedIn(request), factor, sourceIp: request.sourceIp }));
        },
      };
    },
  });

export const handler = wire(processRuntime(removeFactor));
