import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideTrustedCallers } from '../../shared/callers/trusted-callers.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideLimits } from '../../shared/limits/limits.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { describedDevice } from '../../shared/primitives/described-device.ts';
import { provideRequireServedCountry } from '../../shared/sms/served-countries.ts';
import { requestRecovery } from './contract.ts';
import { makeRequestRecovery } from './flow.ts';

export const wire = serve({
  contract: requestRecovery,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    limits: provideLimits.requestRecovery,
    recordIntentWrite: makeRecordIntentWrite,
    requireServedCountry: provideRequireServedCountry,
    trustedCallers: provideTrustedCallers,
  },
  flow: makeRequestRecovery,
  input: ({ body: { email = null, phone_number: phoneNumber = null }, locales, userAgent, ...others }) => ({
    email,
    phoneNumber,
    locales,
    device: describedDevice(userAgent),
    sourceNetwork: others.sourceNetwork,
    captcha: others.captcha,
    keeper: others.keeper,
  }),
});

export const handler = wire(processRuntime(requestRecovery));
