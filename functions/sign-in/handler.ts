import { makePasswordHasher } from '../../shared/account/password-hasher.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { makeLimits } from '../../shared/limits/limits.ts';
import { openSessionTokens } from '../../shared/session/open-session-tokens.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { openProofStores } from '../../shared/two-factor/open-proof-stores.ts';
import { signIn } from './contract.ts';
import { makeSignIn } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: signIn,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const keyring = await openKeyring(runtime);
      const flow = makeSignIn({
        ...runtime,
        ...openSessionTokens(runtime, keyring),
        limits: makeLimits({ ...runtime, flow: 'sign-in', numbers: settings.limits.signIn, dynamo, keyring }),
        challengeTokens: makeChallengeTokens({ keyring }),
        ...openProofStores({ ...runtime, ...settings.events, dynamo }),
        hasher: makePasswordHasher({ ...runtime, parameters: settings.passwords.argon2 }),
      });
      return {
        answer: async ({ body: { email, password, device_name: deviceName = null }, sourceIp, sourceNetwork }) =>
          ok(await flow({ email, password, deviceName, sourceIp, sourceNetwork })),
      };
    },
  });

export const handler = wire(processRuntime(signIn));
