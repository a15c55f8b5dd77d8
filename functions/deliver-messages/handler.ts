import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { sha256 } from '../../shared/crypto/digest.ts';
import { composeMessage } from '../../shared/delivery/compose-message.ts';
import { connectSes } from '../../shared/delivery/connect-ses.ts';
import { makeAccounts } from '../../shared/store/accounts.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { intentIdOf, makeOutbox } from '../../shared/store/outbox.ts';
import { makeRecoveries } from '../../shared/store/recoveries.ts';
import { makeRecordEvent } from '../../shared/store/security-events.ts';
import { makeSignUps } from '../../shared/store/sign-ups.ts';
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
      const deliver = makeDeliverMessage({
        ...runtime,
        settings,
        outbox: makeOutbox({ ...runtime, dynamo }),
        accounts: makeAccounts({ ...runtime, dynamo }),
        recoveries: makeRecoveries({ ...runtime, dynamo }),
        signUps: makeSignUps({ ...runtime, dynamo }),
        mailer: connectSes(settings),
        compose: composeMessage,
        recordEvent: makeRecordEvent({ ...runtime, ...settings.events }),
        sha256,
      });
      return (partitionKey) => deliver({ intentId: intentIdOf(partitionKey) });
    },
  });

export const handler = wire(processRuntime(deliverMessages));
