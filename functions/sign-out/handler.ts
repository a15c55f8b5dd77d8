import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { noContent } from '../../shared/http/reply.ts';
import { makeAccounts } from '../../shared/store/accounts.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeRecordEvent } from '../../shared/store/security-events.ts';
import { makeSessions } from '../../shared/store/sessions.ts';
import { signOut } from './contract.ts';
import { makeSignOut } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: signOut,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const flow = makeSignOut({
        ...runtime,
        ...settings.sessions,
        accounts: makeAccounts({ ...runtime, dynamo }),
        sessions: makeSessions({ ...runtime, dynamo }),
        recordEvent: makeRecordEvent({ ...runtime, ...settings.events }),
      });
      return {
        accessTokens: openAccessTokens(runtime, await openKeyring(runtime)),
        answer: async (request) => {
          await flow({ principal: signedIn(request), sourceIp: request.sourceIp });
          return noContent();
        },
      };
    },
  });

export const handler = wire(processRuntime(signOut));
