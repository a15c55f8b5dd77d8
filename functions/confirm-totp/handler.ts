import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { openOwnerActions } from '../../shared/two-factor/open-owner-actions.ts';
import { openProofStores } from '../../shared/two-factor/open-proof-stores.ts';
import { matchTotp } from '../../shared/two-factor/totp.ts';
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
