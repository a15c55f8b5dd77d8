import { openDrafts } from '../../shared/config/open-drafts.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { composeMessage } from '../../shared/delivery/compose-message.ts';
import { connectSes } from '../../shared/delivery/connect-ses.ts';
import { connectSns } from '../../shared/delivery/connect-sns.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { intentIdOf, isSmsIntent, makeOutbox } from '../../shared/store/outbox.ts';
import { makeSmsBudget } from '../../shared/store/sms-budget.ts';
import { streamHandler } from '../../shared/stream/stream-handler.ts';
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
        settings,
        outbox: makeOutbox({ ...runtime, dynamo }),
        smsBudget: makeSmsBudget({ ...runtime, numbers: settings.sms, dynamo, keyring }),
        mailer: connectSes(settings),
        texter: connectSns(settings.sms),
        compose: composeMessage,
        isSmsIntent,
      });
      return (partitionKey) => deliver({ intentId: intentIdOf(partitionKey) });
    },
  });

export const handler = wire(processRuntime(deliverMessages));
