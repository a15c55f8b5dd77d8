import { openVerificationCallers } from '../../shared/config/open-verification-callers.ts';
import { openVerificationRequests } from '../../shared/config/open-verification-requests.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { VERIFICATION_COOKIE } from '../../shared/crypto/verification-ids.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeRecordIntent } from '../../shared/store/outbox.ts';
import { createVerification } from '../../shared/store/verifications.ts';
import { requestVerification } from './contract.ts';
import { makeRequestVerification } from './flow.ts';

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
        recordIntent: makeRecordIntent(runtime),
        createVerification,
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
