import { openSessionTokens } from '../../shared/config/open-session-tokens.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { sha256 } from '../../shared/crypto/digest.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { makePasswordHasher } from '../../shared/crypto/password-hasher.ts';
import { makeAcceptPassword } from '../../shared/http/accept-password.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { makeRecordEvent } from '../../shared/store/security-events.ts';
import { createSession } from '../../shared/store/sessions.ts';
import { makeSignUps } from '../../shared/store/sign-ups.ts';
import { completeSignUp } from './contract.ts';
import { makeCompleteSignUp } from './flow.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: completeSignUp,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const dynamo = connectDynamo(runtime);
      const flow = makeCompleteSignUp({
        ...runtime,
        ...openSessionTokens(runtime, await openKeyring(runtime)),
        signUps: makeSignUps({ ...runtime, dynamo }),
        acceptPassword: makeAcceptPassword({ ...settings, ...settings.passwords, field: 'password' }),
        hasher: makePasswordHasher({ ...runtime, parameters: settings.passwords.argon2 }),
        recordEvent: makeRecordEvent({ ...runtime, ...settings.events }),
        createSession,
        sha256,
      });
      return {
        answer: async ({ body: { token, password, name }, sourceIp }) =>
          ok(await flow({ token, password, name: name || null, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(completeSignUp));
