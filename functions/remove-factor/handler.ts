import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { forgetFailuresWrites } from '../../shared/two-factor/failure-counters.ts';
import { openOwnerActions } from '../../shared/two-factor/open-owner-actions.ts';
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
        forgetFailuresWrites,
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
