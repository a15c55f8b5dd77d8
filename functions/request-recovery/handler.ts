import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { makeLimits } from '../../shared/limits/limits.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { requestRecovery } from './contract.ts';
import { makeRequestRecovery } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: requestRecovery,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const keyring = await openKeyring(runtime);
      const flow = makeRequestRecovery({
        limits: makeLimits({
          ...runtime,
          flow: 'request-recovery',
          numbers: settings.limits.requestRecovery,
          dynamo,
          keyring,
        }),
        recordIntentWrite: makeRecordIntentWrite(runtime),
      });
      return {
        answer: async ({ body: { email = null, phone_number: phoneNumber = null }, locales, sourceNetwork }) =>
          ok(await flow({ email, phoneNumber, locales, sourceNetwork })),
      };
    },
  });

export const handler = wire(processRuntime(requestRecovery));
