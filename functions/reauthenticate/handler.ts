import { makePasswordHasher } from '../../shared/account/password-hasher.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { openSessionTokens } from '../../shared/session/open-session-tokens.ts';
import { openProofStores } from '../../shared/two-factor/open-proof-stores.ts';
import { reauthenticate } from './contract.ts';
import { makeReauthenticate } from './flow.ts';
import { openStepUpCodes } from './open-step-up-codes.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: reauthenticate,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const keyring = await openKeyring(runtime);
      const dynamo = connectDynamo(runtime);
      const flow = makeReauthenticate({
        ...runtime,
        ...settings.sessions,
        ...openSessionTokens(runtime, keyring),
        ...openProofStores({ ...runtime, ...settings.events, dynamo }),
        hasher: makePasswordHasher({ ...runtime, parameters: settings.passwords.argon2 }),
        matchStepUpCode: openStepUpCodes(runtime, keyring, dynamo),
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async ({ body: { password, code = null }, sourceIp, ...request }) =>
          ok(await flow({ principal: signedIn(request), password, code, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(reauthenticate));
