import { makeAccounts } from '../../shared/account/accounts.ts';
import { makeMailReferences } from '../../shared/account/mail-reference.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { serveTopic } from '../../shared/lambda/topic-handler.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { recordFeedback } from './contract.ts';
import { makeRecordFeedback } from './flow.ts';

export const wire = serveTopic({
  contract: recordFeedback,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    dynamo: ({ dynamo }: Scope & Ports) => dynamo,
    accounts: makeAccounts,
    mailReferences: makeMailReferences,
    recordEventWrite: provideRecordEventWrite,
    recordIntentWrite: makeRecordIntentWrite,
  },
  flow: makeRecordFeedback,
  input: (text) => ({ text }),
});

export const handler = wire(processRuntime(recordFeedback));
