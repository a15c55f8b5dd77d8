import { openDrafts } from '../../shared/config/open-drafts.ts';
import { openWaysOut } from '../../shared/config/open-ways-out.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { composeMessage } from '../../shared/delivery/compose-message.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { isSmsIntent, makeOutbox, rowNameOf } from '../../shared/store/outbox.ts';
import { makeSmsBudget } from '../../shared/store/sms-budget.ts';
import { streamHandler } from '../../shared/stream/stream-handler.ts';
import { failureName, isOwnFault, whyGivenUp } from '../../shared/stream/why-given-up.ts';
import { deliverMessages } from './contract.ts';
import { makeDeliverMessage } from './flow.ts';

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
        ...openWaysOut(runtime),
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
