import { makeAccounts } from '../../shared/account/accounts.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { makeRefreshTokens } from '../../shared/session/refresh-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { revokeToken } from './contract.ts';
import { makeRevokeToken } from './flow.ts';

export const wire = serve({
  contract: revokeToken,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    sessions: makeSessions,
    accounts: makeAccounts,
    refreshTokens: makeRefreshTokens,
    accessTokens: provideAccessTokens,
    recordEventWrite: provideRecordEventWrite,
    lifetimes: ({ settings }: Scope<'sessions'>) => settings.sessions,
  },
  flow: makeRevokeToken,
  input: ({ body, sourceIp }) => ({ token: body.token, sourceIp }),
});

export const handler = wire(processRuntime(revokeToken));
