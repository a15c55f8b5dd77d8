import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideTrustedCallers } from '../../shared/callers/trusted-callers.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { provideRequireServedCountry } from '../../shared/sms/served-countries.ts';
import { provideFindByCheck } from '../../shared/two-factor/challenges.ts';
import { bearerReader } from '../../shared/two-factor/read-token-caller.ts';
import { makeVerificationIds, withVerificationCookie } from '../../shared/two-factor/verification-ids.ts';
import { requestVerification } from './contract.ts';
import { makeRequestVerification } from './flow.ts';
import { provideRequestedVerifications } from './requested-verifications.ts';
import { provideSmsOutlooks } from './sms-outlook.ts';
import { provideVerificationRequests } from './verification-requests.ts';

export const wire = serve({
  contract: requestVerification,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    requests: provideVerificationRequests,
    requestedVerifications: provideRequestedVerifications,
    smsOutlooks: provideSmsOutlooks,
    recordIntentWrite: makeRecordIntentWrite,
    verificationIds: makeVerificationIds,
    requireServedCountry: provideRequireServedCountry,
    ...bearerReader(provideFindByCheck),
    trustedCallers: provideTrustedCallers,
  },
  flow: makeRequestVerification,
  input: async ({ bearer, body: { phone_number: phoneNumber = null }, ...request }, { readCaller }) => ({
    ...request,
    caller: await readCaller(bearer, request.proof.prove),
    phoneNumber,
  }),
  output: withVerificationCookie,
});

export const handler = wire(processRuntime(requestVerification));
