import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { streamHandler } from '../../shared/lambda/stream-handler.ts';
import { isSmsIntent } from '../../shared/outbox/intent.ts';
import { makeOutbox, rowNameOf } from '../../shared/outbox/outbox.ts';
import { makeSmsBudget } from '../../shared/sms/sms-budget.ts';
import { deliverMessages } from './contract.ts';
import { makeDeliverMessage } from './flow.ts';
import { composeMessage } from './mail/compose-message.ts';
import { openDrafts } from './open-drafts.ts';
import { openSenders } from './open-senders.ts';
import { failureName, isOwnFault, whyGivenUp } from './why-given-up.ts';

export const wire = (runtime: Runtime) =>
  streamHandler({
    contract: deliverMessages,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const keyring = await openKeyring(runtime);
      const deliver = makeDeliverMessage({
        ...runtime,
        ...openDrafts(runtime, keyring, dynamo),
        ...openSenders(runtime),
        settings,
        outbox: makeOutbox({ ...runtime, ...settings.messages, dynamo, isOwnFault }),
        smsBudget: makeSmsBudget({ ...runtime, numbers: settings.sms, dynamo, keyring }),
        compose: composeMessage,
        isSmsIntent,
        failureName,
        whyGivenUp,
      });
      return (partitionKey) => deliver({ partitionKey, rowName: rowNameOf(partitionKey) });
    },
  });

export const handler = wire(processRuntime(deliverMessages));
