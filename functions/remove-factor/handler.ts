import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { openRecords } from '../../shared/config/open-records.ts';
import { openSessionTokens } from '../../shared/config/open-session-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeSessions } from '../../shared/store/sessions.ts';
import { makeTwoFactor } from '../../shared/store/two-factor.ts';
import { removeFactor } from './contract.ts';
import { makeRemoveFactor } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: removeFactor,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const parts = { ...runtime, dynamo: connectDynamo(runtime) };
      const flow = makeRemoveFactor({
        ...runtime,
        ...openSessionTokens(runtime, keyring),
        twoFactor: makeTwoFactor(parts),
        sessions: makeSessions(parts),
        ...openRecords(runtime),
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
