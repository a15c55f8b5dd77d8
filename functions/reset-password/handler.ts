import { openRecords } from '../../shared/config/open-records.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { sha256 } from '../../shared/crypto/digest.ts';
import { makePasswordHasher } from '../../shared/crypto/password-hasher.ts';
import { makeAcceptPassword } from '../../shared/http/accept-password.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { forgetFailures } from '../../shared/store/failure-counters.ts';
import { makeRecoveries } from '../../shared/store/recoveries.ts';
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
        forgetFailures,
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
