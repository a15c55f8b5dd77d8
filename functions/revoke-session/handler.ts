import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideSessionTokens } from '../../shared/session/session-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { revokeSession } from './contract.ts';
import { makeRevokeSession } from './flow.ts';
import { makeOwnSessions } from './own-sessions.ts';

export const wire = serve({
  contract: revokeSession,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    ownSessions: makeOwnSessions,
    sessions: makeSessions,
    sessionTokens: provideSessionTokens,
    recordEventWrite: provideRecordEventWrite,
    repeatTokens: provideRepeatTokens,
    accessTokenSeconds: ({ settings }: Scope<'sessions.accessTokenSeconds'>) => settings.sessions.accessTokenSeconds,
  },
  flow: makeRevokeSession,
  input: ({ pathParameters, principal, sourceIp, keeper }) => ({
    principal,
    sessionId: pathParameters.session_id ?? null,
    sourceIp,
    keeper,
  }),
});

export const handler = wire(processRuntime(revokeSession));
