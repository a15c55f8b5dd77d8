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
  input: ({ body, ...request }): UpdateProfileInput => {
    const { email, phone_number: phoneNumber, sub, email_verified, phone_number_verified, ...others } = body;
    const { updated_at: _, pending: __, session: ___, ...members } = others; // of an answer that comes back
    return {
      ...request,
      mode: request.method === 'PUT' ? 'replace' : 'merge',
      members: members as ProfileMembers, // what JSON.parse made can only be JSON
      email,
      phoneNumber,
      readOnly: { sub, email_verified, phone_number_verified },
      versions: matchedVersions(request.ifMatch),
    };
  },
  output: ({ profile, version }) => ({ answer: profile, headers: { etag: entityTag(version) } }),
});

export const handler = wire(processRuntime(updateProfile));
