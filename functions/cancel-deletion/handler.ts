import { makeDeletions } from '../../shared/account/deletions.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { cancelDeletion } from './contract.ts';
import { makeCancelDeletion } from './flow.ts';

export const wire = serve({
  contract: cancelDeletion,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    deletions: makeDeletions,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
  },
  flow: makeCancelDeletion,
  input: ({ body, sourceIp, keeper }) => ({ token: body.token, sourceIp, keeper }),
});

export const handler = wire(processRuntime(cancelDeletion));
