import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { openOwnerActions } from '../../shared/two-factor/open-owner-actions.ts';
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
