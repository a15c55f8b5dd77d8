import { openSessionTokens } from '../../shared/config/open-session-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { makeChallengeTokens } from '../../shared/crypto/challenge-tokens.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { makePasswordHasher } from '../../shared/crypto/password-hasher.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeLimits } from '../../shared/store/limits.ts';
import { openProofStores } from '../../shared/store/open-proof-stores.ts';
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
