import { makeAccounts } from '../../shared/account/accounts.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { presentedDevice } from '../../shared/devices/device-cookie.ts';
import { makeDeviceTokens } from '../../shared/devices/device-tokens.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { makeRefreshTokens } from '../../shared/session/refresh-tokens.ts';
import { provideSessionTokens } from '../../shared/session/session-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { refreshSession } from './contract.ts';
import { makeRefreshSession } from './flow.ts';

export const wire = serve({
  contract: refreshSession,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    sessions: makeSessions,
    accounts: makeAccounts,
    refreshTokens: makeRefreshTokens,
    deviceTokens: makeDeviceTokens,
    sessionTokens: provideSessionTokens,
    recordEventWrite: provideRecordEventWrite,
    lifetimes: ({ settings }: Scope<'sessions'>) => settings.sessions,
  },
  flow: makeRefreshSession,
  input: ({ body, cookies, sourceIp }) => ({
    refreshToken: body.refresh_token,
    deviceToken: presentedDevice(body, cookies).deviceToken,
    sourceIp,
  }),
});

export const handler = wire(processRuntime(refreshSession));
