import { makeEmailChanges } from '../../shared/account/email-changes.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideCompleteEmailChange } from './complete-email-change.ts';
import { confirmEmailChange } from './contract.ts';
import { makeConfirmEmailChange } from './flow.ts';

export const wire = serve({
  contract: confirmEmailChange,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    emailChanges: makeEmailChanges,
    completeEmailChange: provideCompleteEmailChange,
    recordEventWrite: provideRecordEventWrite,
  },
  flow: makeConfirmEmailChange,
  input: ({ body, sourceIp, keeper }) => ({ token: body.token, sourceIp, keeper }),
});

export const handler = wire(processRuntime(confirmEmailChange));
