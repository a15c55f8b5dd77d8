import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { openRecords } from '../../shared/config/open-records.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { makeFactorSecrets } from '../../shared/crypto/factor-secrets.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeTwoFactor } from '../../shared/store/two-factor.ts';
import { renewRecoveryCodes } from './contract.ts';
import { makeRenewRecoveryCodes } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: renewRecoveryCodes,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const flow = makeRenewRecoveryCodes({
        ...runtime,
        twoFactor: makeTwoFactor({ ...runtime, dynamo: connectDynamo(runtime) }),
        secrets: makeFactorSecrets({ ...runtime, keyring }),
        ...openRecords(runtime),
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async (request) => ok(await flow({ principal: signedIn(request), sourceIp: request.sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(renewRecoveryCodes));
