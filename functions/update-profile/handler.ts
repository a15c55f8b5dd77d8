import { makeAccounts } from '../../shared/account/accounts.ts';
import type { ProfileMembers } from '../../shared/account/profile.ts';
import { makeViewProfile } from '../../shared/account/profile-view.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { entityTag, matchedVersions } from '../../shared/http/entity-tag.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideAccessTokens } from '../../shared/session/access-tokens.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideClearPhone } from './clear-phone.ts';
import { updateProfile } from './contract.ts';
import { makeUpdateProfile, type UpdateProfileInput } from './flow.ts';
import { makeProfiles } from './profiles.ts';

export const wire = serve({
  contract: updateProfile,
  ports: { dynamo: connectDynamo, keyring: openKeyring },
  uses: {
    accessTokens: provideAccessTokens,
    accounts: makeAccounts,
    profiles: makeProfiles,
    viewProfile: makeViewProfile,
    clearPhone: provideClearPhone,
    repeatTokens: provideRepeatTokens,
  },
  flow: makeUpdateProfile,
  input: ({ body: { email, phone_number: phoneNumber, ...members }, ...request }): UpdateProfileInput => ({
    ...request,
    mode: request.method === 'PUT' ? 'replace' : 'merge',
    members: members as ProfileMembers, // what JSON.parse made can only be JSON
    email,
    phoneNumber,
    versions: matchedVersions(request.ifMatch),
  }),
  output: ({ profile, version }) => ({ answer: profile, headers: { etag: entityTag(version) } }),
});

export const handler = wire(processRuntime(updateProfile));
