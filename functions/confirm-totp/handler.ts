import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { makeFactorSecrets } from '../../shared/crypto/factor-secrets.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { matchTotp } from '../../shared/crypto/totp.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { openProofStores } from '../../shared/store/open-proof-stores.ts';
import { makeRecordIntent } from '../../shared/store/outbox.ts';
import { makeTwoFactor } from '../../shared/store/two-factor.ts';
import { confirmTotp } from './contract.ts';
import { makeConfirmTotp } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: confirmTotp,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const parts = { ...runtime, dynamo: connectDynamo(runtime) };
      const flow = makeConfirmTotp({
        ...runtime,
        ...openProofStores({ ...parts, ...runtime.config.settings.events }),
        twoFactor: makeTwoFactor(parts),
        secrets: makeFactorSecrets({ ...runtime, keyring }),
        recordIntent: makeRecordIntent(runtime),
        matchTotp,
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async (request) =>
          ok(await flow({ principal: signedIn(request), code: request.body.code, sourceIp: request.sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(confirmTotp));
