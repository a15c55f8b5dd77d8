import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideTrustedCallers } from '../../shared/callers/trusted-callers.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideLimits } from '../../shared/limits/limits.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { requestSignInLink } from './contract.ts';
import { makeRequestSignInLink } from './flow.ts';

export const wire = serve({
  contract: requestSignInLink,
  ports: { dynamo: connectDynamo, keyring: openKeyring },
  uses: {
    limits: provideLimits.requestSignInLink,
    recordIntentWrite: makeRecordIntentWrite,
    trustedCallers: provideTrustedCallers,
  },
  flow: makeRequestSignInLink,
  input: ({ body, locales, sourceNetwork, captcha, keeper }) => ({
    email: body.email,
    locales,
    sourceNetwork,
    captcha,
    keeper,
  }),
});

export const handler = wire(processRuntime(requestSignInLink));
