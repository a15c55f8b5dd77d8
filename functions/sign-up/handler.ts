import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { makeLimits } from '../../shared/limits/limits.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { signUp } from './contract.ts';
import { makeSignUp } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: signUp,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const keyring = await openKeyring(runtime);
      const flow = makeSignUp({
        limits: makeLimits({ ...runtime, flow: 'sign-up', numbers: settings.limits.signUp, dynamo, keyring }),
        recordIntentWrite: makeRecordIntentWrite(runtime),
      });
      return {
        answer: async ({ body, locales, sourceNetwork }) =>
          ok(await flow({ email: body.email, locale: body.locale ?? null, locales, sourceNetwork })),
      };
    },
  });

export const handler = wire(processRuntime(signUp));
