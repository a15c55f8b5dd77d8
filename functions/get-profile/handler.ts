import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeViewProfile } from '../../shared/account/profile-view.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { entityTag } from '../../shared/http/entity-tag.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { getProfile } from './contract.ts';
import { makeGetProfile } from './flow.ts';

export const wire = serve({
  contract: getProfile,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: { accessTokens: provideAccessTokens, accounts: makeAccounts, viewProfile: makeViewProfile },
  flow: makeGetProfile,
  input: ({ principal }) => ({ principal }),
  output: ({ profile, version }) => ({
    answer: profile,
    headers: { etag: entityTag({ version, hasPending: profile.pending !== undefined }) },
  }),
});

export const handler = wire(processRuntime(getProfile));
