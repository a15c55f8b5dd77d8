import { provideAcceptPassword } from '../../shared/account/accept-password.ts';
import { provideHasher } from '../../shared/account/password-hasher.ts';
import { provideHistory } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { provideOwnerAction } from '../../shared/session/owner-action.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { provideAttempts } from '../../shared/two-factor/attempts.ts';
import { makeCredentials } from '../../shared/two-factor/credentials.ts';
import { changePassword } from './contract.ts';
import { makeChangePassword } from './flow.ts';
import { makeOwnPasswords } from './own-passwords.ts';

export const wire = serve({
  contract: changePassword,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    credentials: makeCredentials,
    sessions: makeSessions,
    acceptPassword: provideAcceptPassword('new_password'),
    attempts: provideAttempts,
    hasher: provideHasher,
    ownerAction: provideOwnerAction,
    ownPasswords: makeOwnPasswords,
    repeatTokens: provideRepeatTokens,
    history: provideHistory,
  },
  flow: makeChangePassword,
  input: ({ body, ...request }) => ({ ...request, current: body.current_password, next: body.new_password }),
});

export const handler = wire(processRuntime(changePassword));
