import { openVerificationCallers } from '../../shared/config/open-verification-callers.ts';
import { openVerificationProofs } from '../../shared/config/open-verification-proofs.ts';
import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { openKeyring } from '../../shared/crypto/open-keyring.ts';
import { VERIFICATION_COOKIE } from '../../shared/crypto/verification-ids.ts';
import { httpHandler } from '../../shared/http/http-handler.ts';
import { ok } from '../../shared/http/reply.ts';
import { connectDynamo } from '../../shared/store/connect-dynamo.ts';
import { verifyCode } from './contract.ts';
import { makeVerifyCode } from './flow.ts';

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
