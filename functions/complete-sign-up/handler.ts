import { provideAcceptPassword } from '../../shared/account/accept-password.ts';
import { provideHasher } from '../../shared/account/password-hasher.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { makeSignUps } from '../../shared/account/sign-ups.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { withDeviceCookie } from '../../shared/devices/device-cookie.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideSessionTokens } from '../../shared/session/session-tokens.ts';
import { completeSignUp } from './contract.ts';
import { makeCompleteSignUp } from './flow.ts';

export const wire = serve({
  contract: completeSignUp,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    signUps: makeSignUps,
    acceptPassword: provideAcceptPassword('password'),
    hasher: provideHasher,
    sessionTokens: provideSessionTokens,
    repeatTokens: provideRepeatTokens,
    recordEventWrite: provideRecordEventWrite,
  },
  flow: makeCompleteSignUp,
  input: ({ body: { token, password, name = null }, sourceIp, keeper }) => ({
    token,
    password,
    name,
    sourceIp,
    keeper,
  }),
  output: withDeviceCookie,
});

export const handler = wire(processRuntime(completeSignUp));
