import { openSessionTokens } from '../../shared/config/open-session-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { makeAccounts } from '../../shared/store/accounts.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeRecordEvent } from '../../shared/store/security-events.ts';
import { makeSessions } from '../../shared/store/sessions.ts';
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
        recordEvent: makeRecordEvent({ ...runtime, ...settings.events }),
        lifetimes: settings.sessions,
      });
      return {
        answer: async ({ body, sourceIp }) => ok(await flow({ refreshToken: body.refresh_token, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(refreshSession));
