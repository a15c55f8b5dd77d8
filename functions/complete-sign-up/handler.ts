import { makeAcceptPassword } from '../../shared/account/accept-password.ts';
import { makePasswordHasher } from '../../shared/account/password-hasher.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { makeSignUps } from '../../shared/account/sign-ups.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { openSessionTokens } from '../../shared/session/open-session-tokens.ts';
import { createSessionWrite } from '../../shared/session/sessions.ts';
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
        recordEventWrite: makeRecordEventWrite({ ...runtime, ...settings.events }),
        createSessionWrite,
        sha256,
      });
      return {
        answer: async ({ body: { token, password, name }, sourceIp }) =>
          ok(await flow({ token, password, name: name || null, sourceIp })),
      };
    },
  });

export const handler = wire(processRuntime(completeSignUp));
