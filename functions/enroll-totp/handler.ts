import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { TOTP_SECRET_BYTES, totpSecretText, totpUri } from '../../shared/two-factor/totp.ts';
import { makeTwoFactor } from '../../shared/two-factor/two-factor.ts';
import { enrollTotp } from './contract.ts';
import { drawQr } from './draw-qr.ts';
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
