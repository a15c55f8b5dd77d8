import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openSessionTokens } from '../../shared/session/open-session-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { refreshSession } from './contract.ts';
import { makeRefreshSession } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: refreshSession,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const flow = makeRefreshSession({
        ...runtime,
        ...openSessionTokens(runtime, await openKeyring(runtime)),
        sessions: makeSessions({ ...runtime, dynamo }),
        accounts: makeAccounts({ ...runtime, dynamo }),
        recordEventWrite: makeRecordEventWrite({ ...runtime, ...settings.events }),
        lifetimes: settings.sessions,
      });
      return {
        answer: async ({ body, sourceIp }) => ok(await flow({ refreshToken: body.refresh_token, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(refreshSession));
