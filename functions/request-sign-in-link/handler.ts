import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideTrustedCallers } from '../../shared/callers/trusted-callers.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideLimits } from '../../shared/limits/limits.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { describedDevice } from '../../shared/primitives/described-device.ts';
import { requestSignInLink } from './contract.ts';
import { makeRequestSignInLink } from './flow.ts';

export const wire = serve({
  contract: requestSignInLink,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    limits: provideLimits.requestSignInLink,
    recordIntentWrite: makeRecordIntentWrite,
    trustedCallers: provideTrustedCallers,
  },
  flow: makeRequestSignInLink,
  input: ({ body, locales, userAgent, sourceNetwork, captcha, keeper }) => ({
    email: body.email,
    locales,
    device: describedDevice(userAgent),
    sourceNetwork,
    captcha,
    keeper,
  }),
});

export const handler = wire(processRuntime(requestSignInLink));
