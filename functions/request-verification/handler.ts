import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { openVerificationCallers } from '../../shared/two-factor/open-verification-callers.ts';
import { VERIFICATION_COOKIE } from '../../shared/two-factor/verification-ids.ts';
import { createVerificationWrite } from '../../shared/two-factor/verifications.ts';
import { requestVerification } from './contract.ts';
import { makeRequestVerification } from './flow.ts';
import { openVerificationRequests } from './open-verification-requests.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: requestVerification,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const requests = openVerificationRequests(runtime, keyring, connectDynamo(runtime));
      const flow = makeRequestVerification({
        ...runtime,
        ...requests,
        recordIntentWrite: makeRecordIntentWrite(runtime),
        createVerificationWrite,
      });
      const callerOf = openVerificationCallers(runtime, keyring, requests.findVerification);
      return {
        answer: async ({ bearer, body: { phone_number: phoneNumber = null }, ...request }) => {
          const answer = await flow({ ...request, caller: await callerOf(bearer), phoneNumber });
          const cookie = `${VERIFICATION_COOKIE}=${answer.verification_id}; Path=/; Max-Age=${answer.expires_in}`;
          return { ...ok(answer), cookies: [`${cookie}; Secure; HttpOnly; SameSite=Strict`] };
        },
      };
    },
  });

export const handler = wire(processRuntime(requestVerification));
