import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { openVerificationCallers } from '../../shared/two-factor/open-verification-callers.ts';
import { VERIFICATION_COOKIE } from '../../shared/two-factor/verification-ids.ts';
import { verifyCode } from './contract.ts';
import { makeVerifyCode } from './flow.ts';
import { openVerificationProofs } from './open-verification-proofs.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: verifyCode,
    runtime,
    connect: async () => {
      const keyring = await openKeyring(runtime);
      const proofs = openVerificationProofs(runtime, keyring, connectDynamo(runtime));
      const flow = makeVerifyCode({
        ...proofs,
        findBySource: runtime.config.settings.verification.findBySource,
      });
      const callerOf = openVerificationCallers(runtime, keyring, proofs.verifications.find);
      return {
        answer: async ({ bearer, body, cookies, sourceIp }) => {
          const { code, verification_id: verificationId = null, end_other_sessions: endOtherSessions = null } = body;
          const cookie = cookies[VERIFICATION_COOKIE] ?? null;
          const caller = await callerOf(bearer);
          return ok(await flow({ caller, code, verificationId, cookie, endOtherSessions, sourceIp }));
        },
      };
    },
  });

export const handler = wire(processRuntime(verifyCode));
