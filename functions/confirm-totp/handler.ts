import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { openOwnerActions } from '../../shared/config/open-owner-actions.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { makeFactorSecrets } from '../../shared/crypto/factor-secrets.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { matchTotp } from '../../shared/crypto/totp.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { openProofStores } from '../../shared/store/open-proof-stores.ts';
import { confirmTotp } from './contract.ts';
import { makeConfirmTotp } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: confirmTotp,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const dynamo = connectDynamo(runtime);
      const flow = makeConfirmTotp({
        ...runtime,
        ...openProofStores({ ...runtime, ...runtime.config.settings.events, dynamo }),
        ...openOwnerActions(runtime, keyring, dynamo),
        secrets: makeFactorSecrets({ ...runtime, keyring }),
        matchTotp,
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async ({ body: { code, end_other_sessions: endOtherSessions = true }, sourceIp, ...request }) =>
          ok(await flow({ principal: signedIn(request), code, endOtherSessions, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(confirmTotp));
