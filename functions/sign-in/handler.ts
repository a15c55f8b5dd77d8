import { provideHasher } from '../../shared/account/password-hasher.ts';
import { provideHistory } from '../../shared/account/security-events.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideLimits } from '../../shared/limits/limits.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideSessionTokens } from '../../shared/session/session-tokens.ts';
import { makeSessions } from '../../shared/session/sessions.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { makeCredentials } from '../../shared/two-factor/credentials.ts';
import { makeVerifications } from '../../shared/two-factor/verifications.ts';
import { signIn } from './contract.ts';
import { makeSignIn } from './flow.ts';

export const wire = serve({
  contract: signIn,
  ports: { dynamo: connectDynamo, keyring: openKeyring },
  uses: {
    limits: provideLimits.signIn,
    credentials: makeCredentials,
    sessions: makeSessions,
    history: provideHistory,
    hasher: provideHasher,
    sessionTokens: provideSessionTokens,
    repeatTokens: provideRepeatTokens,
    challengeTokens: makeChallengeTokens,
    verifications: makeVerifications,
  },
  flow: makeSignIn,
  input: ({ body: { email, password, device_name: deviceName = null }, ...request }) => ({
    ...request,
    email,
    password,
    deviceName,
  }),
});

export const handler = wire(processRuntime(signIn));
