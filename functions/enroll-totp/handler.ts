import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { drawQr } from '../../shared/crypto/draw-qr.ts';
import { makeFactorSecrets } from '../../shared/crypto/factor-secrets.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { TOTP_SECRET_BYTES, totpSecretText, totpUri } from '../../shared/crypto/totp.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeTwoFactor } from '../../shared/store/two-factor.ts';
import { enrollTotp } from './contract.ts';
import { makeEnrollTotp } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: enrollTotp,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const flow = makeEnrollTotp({
        ...runtime,
        ...runtime.config.settings,
        twoFactor: makeTwoFactor({ ...runtime, dynamo: connectDynamo(runtime) }),
        secrets: makeFactorSecrets({ ...runtime, keyring }),
        secretBytes: TOTP_SECRET_BYTES,
        totpSecretText,
        totpUri,
        drawQr,
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async (request) => ok(await flow({ principal: signedIn(request), name: request.body.name ?? null })),
      };
    },
  });

export const handler = wire(processRuntime(enrollTotp));
