import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeViewProfile } from '../../shared/account/profile-view.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { entityTag, knownTags } from '../../shared/http/entity-tag.ts';
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
  input: ({ principal, ifNoneMatch }) => ({ principal, known: knownTags(ifNoneMatch) }),
  output: ({ profile, version }) => {
    const headers = { etag: entityTag(version) };
    return profile ? { answer: profile, headers } : { notModified: true, headers };
  },
});

export const handler = wire(processRuntime(getProfile));
