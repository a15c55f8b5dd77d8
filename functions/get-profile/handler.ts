import { makeAccounts } from '../../shared/account/accounts.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { entityTag } from '../../shared/http/entity-tag.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { getProfile } from './contract.ts';
import { makeGetProfile } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: getProfile,
    runtime,
    connect: async () => {
      const dynamo = connectDynamo(runtime);
      const flow = makeGetProfile({ accounts: makeAccounts({ ...runtime, dynamo }) });
      return {
        accessTokens: openAccessTokens(runtime, await openKeyring(runtime)),
        answer: async (request) => {
          const { profile, version } = await flow({ principal: signedIn(request) });
          return ok(profile, { etag: entityTag(version) });
        },
      };
    },
  });

export const handler = wire(processRuntime(getProfile));
