import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeViewProfile } from '../../shared/account/profile-view.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { entityTag, matchedVersions } from '../../shared/http/entity-tag.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideChangeIdentity } from './change-identity.ts';
import { updateProfile } from './contract.ts';
import { makeUpdateProfile, type UpdateProfileInput } from './flow.ts';
import { makeProfiles } from './profiles.ts';
import { partedMembers } from './read-only.ts';

export const wire = serve({
  contract: updateProfile,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    accounts: makeAccounts,
    profiles: makeProfiles,
    viewProfile: makeViewProfile,
    changeIdentity: provideChangeIdentity,
    repeatTokens: provideRepeatTokens,
  },
  flow: makeUpdateProfile,
  input: ({ body, ...request }): UpdateProfileInput => ({
    ...request,
    ...partedMembers(body),
    mode: request.method === 'PUT' ? 'replace' : 'merge',
    versions: matchedVersions(request.ifMatch),
  }),
  output: ({ profile, version }) => ({
    answer: profile,
    headers: { etag: entityTag({ number: version, hasPending: profile.pending !== undefined }) },
  }),
});

export const handler = wire(processRuntime(updateProfile));
