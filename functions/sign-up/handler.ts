import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { provideTrustedCallers } from '../../shared/callers/trusted-callers.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideLimits } from '../../shared/limits/limits.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { signUp } from './contract.ts';
import { makeSignUp } from './flow.ts';

export const wire = serve({
  contract: signUp,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    limits: provideLimits.signUp,
    recordIntentWrite: makeRecordIntentWrite,
    trustedCallers: provideTrustedCallers,
  },
  flow: makeSignUp,
  input: ({ body: { email, locale = null }, locales, sourceNetwork, captcha, keeper }) => ({
    email,
    locale,
    locales,
    sourceNetwork,
    captcha,
    keeper,
  }),
});

export const handler = wire(processRuntime(signUp));
