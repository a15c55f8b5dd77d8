import { provideHasher } from '../../shared/account/password-hasher.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideTrustedCallers } from '../../shared/callers/trusted-callers.ts';
import { withDeviceCookie } from '../../shared/devices/device-cookie.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { makeCredentials } from '../../shared/two-factor/credentials.ts';
import { provideAdmit } from './admit.ts';
import { signIn } from './contract.ts';
import { makeSignIn } from './flow.ts';
import { provideGoOn } from './go-on.ts';
import { presentedPasses } from './presented-passes.ts';
import { provideRefusePassword } from './refuse-password.ts';

export const wire = serve({
  contract: signIn,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    admit: provideAdmit,
    credentials: makeCredentials,
    hasher: provideHasher,
    repeatTokens: provideRepeatTokens,
    goOn: provideGoOn,
    refusePassword: provideRefusePassword,
    trustedCallers: provideTrustedCallers,
  },
  flow: makeSignIn,
  input: ({ body, cookies, ...request }) => ({
    ...request,
    ...body,
    ...presentedPasses(body, cookies),
  }),
  output: withDeviceCookie,
});

export const handler = wire(processRuntime(signIn));
