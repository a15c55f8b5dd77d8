import { makeAccounts } from '../../shared/account/accounts.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { signOut } from './contract.ts';
import { makeSignOut } from './flow.ts';

export const wire = serve({
  contract: signOut,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    accessTokens: provideAccessTokens,
    accounts: makeAccounts,
    sessions: makeSessions,
    recordEventWrite: provideRecordEventWrite,
    accessTokenSeconds: ({ settings }: Scope<'sessions.accessTokenSeconds'>) => settings.sessions.accessTokenSeconds,
  },
  flow: makeSignOut,
  input: ({ principal, sourceIp, keeper }) => ({ principal, sourceIp, keeper }),
});

export const handler = wire(processRuntime(signOut));
