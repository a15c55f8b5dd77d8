import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { noContent } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
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
        recordEventWrite: makeRecordEventWrite({ ...runtime, ...settings.events }),
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
