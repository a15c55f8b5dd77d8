import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { openOwnCodes } from '../../shared/config/open-own-codes.ts';
import { openSessionTokens } from '../../shared/config/open-session-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { makePasswordHasher } from '../../shared/crypto/password-hasher.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { openProofStores } from '../../shared/store/open-proof-stores.ts';
import { reauthenticate } from './contract.ts';
import { makeReauthenticate } from './flow.ts';

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
        matchOwnCode: openOwnCodes(runtime, keyring, dynamo),
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async ({ body: { password, code = null }, sourceIp, ...request }) =>
          ok(await flow({ principal: signedIn(request), password, code, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(reauthenticate));
