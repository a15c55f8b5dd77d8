import { openAccessTokens } from '../../shared/config/open-access-tokens.ts';
import { openOwnerActions } from '../../shared/config/open-owner-actions.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { makeFactorSecrets } from '../../shared/crypto/factor-secrets.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
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
        ...openOwnerActions(runtime, keyring, connectDynamo(runtime)),
        secrets: makeFactorSecrets({ ...runtime, keyring }),
      });
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async ({ body: { end_other_sessions: endOtherSessions = true }, sourceIp, ...request }) =>
          ok(await flow({ principal: signedIn(request), endOtherSessions, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(renewRecoveryCodes));
