import type { ProfileMembers } from '../../shared/account/profile.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { entityTag, matchedVersions } from '../../shared/http/entity-tag.ts';
import { signedIn } from '../../shared/http/flow-request.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openAccessTokens } from '../../shared/session/open-access-tokens.ts';
import { updateProfile } from './contract.ts';
import { makeUpdateProfile } from './flow.ts';
import { openProfileChanges } from './open-profile-changes.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: updateProfile,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const flow = makeUpdateProfile(openProfileChanges(runtime, keyring, connectDynamo(runtime)));
      return {
        accessTokens: openAccessTokens(runtime, keyring),
        answer: async ({ sourceIp, ...request }) => {
          const { email, phone_number: phoneNumber, ...members } = request.body;
          const { profile, version } = await flow({
            principal: signedIn(request),
            mode: request.method === 'PUT' ? 'replace' : 'merge',
            members: members as ProfileMembers, // what JSON.parse made can only be JSON
            email,
            phoneNumber,
            versions: matchedVersions(request.ifMatch),
            sourceIp,
          });
          return ok(profile, { etag: entityTag(version) });
        },
      };
    },
  });

export const handler = wire(processRuntime(updateProfile));
