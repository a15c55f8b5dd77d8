import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideTrustedCallers } from '../../shared/callers/trusted-callers.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideLimits } from '../../shared/limits/limits.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { provideRequireServedCountry } from '../../shared/sms/served-countries.ts';
import { requestRecovery } from './contract.ts';
import { makeRequestRecovery } from './flow.ts';

export const wire = serve({
  contract: requestRecovery,
  ports: { dynamo: connectDynamo, keyring: openKeyring },
  uses: {
    limits: provideLimits.requestRecovery,
    recordIntentWrite: makeRecordIntentWrite,
    requireServedCountry: provideRequireServedCountry,
    trustedCallers: provideTrustedCallers,
  },
  flow: makeRequestRecovery,
  input: ({ body: { email = null, phone_number: phoneNumber = null }, locales, sourceNetwork, captcha, keeper }) => ({
    email,
    phoneNumber,
    locales,
    sourceNetwork,
    captcha,
    keeper,
  }),
});

export const handler = wire(processRuntime(requestRecovery));
