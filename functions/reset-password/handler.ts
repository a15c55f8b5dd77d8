import { makeAcceptPassword } from '../../shared/account/accept-password.ts';
import { openRecords } from '../../shared/account/open-records.ts';
import { makePasswordHasher } from '../../shared/account/password-hasher.ts';
import { makeRecoveries } from '../../shared/account/recoveries.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { forgetFailuresWrites } from '../../shared/two-factor/failure-counters.ts';
import { resetPassword } from './contract.ts';
import { makeResetPassword } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: resetPassword,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const flow = makeResetPassword({
        recoveries: makeRecoveries({ ...runtime, dynamo }),
        acceptPassword: makeAcceptPassword({ ...settings, ...settings.passwords, field: 'new_password' }),
        hasher: makePasswordHasher({ ...runtime, parameters: settings.passwords.argon2 }),
        sha256,
        forgetFailuresWrites,
        ...openRecords(runtime),
        log: runtime.log,
      });
      return {
        answer: async ({ body, sourceIp }) =>
          ok(await flow({ token: body.token, newPassword: body.new_password, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(resetPassword));
