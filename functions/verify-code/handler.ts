import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { withDeviceCookie } from '../../shared/devices/device-cookie.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { provideRepeatTokens } from '../../shared/session/repeat-tokens.ts';
import { provideFindBySource } from '../../shared/two-factor/pending-by-source.ts';
import { bearerReader } from '../../shared/two-factor/read-token-caller.ts';
import { makeVerificationIds, VERIFICATION_COOKIE } from '../../shared/two-factor/verification-ids.ts';
import { provideFindVerification } from '../../shared/two-factor/verifications.ts';
import { provideAttemptPhone } from './attempt-phone.ts';
import { verifyCode } from './contract.ts';
import { makeVerifyCode } from './flow.ts';
import { provideProveChallenge } from './prove-challenge.ts';
import { provideProveNumber } from './prove-number.ts';

export const wire = serve({
  contract: verifyCode,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    proveChallenge: provideProveChallenge,
    proveNumber: provideProveNumber,
    repeatTokens: provideRepeatTokens,
    attemptPhone: provideAttemptPhone,
    verificationIds: makeVerificationIds,
    findBySource: provideFindBySource,
    ...bearerReader(provideFindVerification),
  },
  flow: makeVerifyCode,
  input: async ({ bearer, body, cookies, ...request }, { readCaller }) => ({
    ...request,
    caller: await readCaller(bearer, request.proof.prove),
    code: body.code,
    verificationId: body.verification_id ?? cookies[VERIFICATION_COOKIE] ?? null,
    endOtherSessions: body.end_other_sessions ?? null,
  }),
  output: withDeviceCookie,
});

export const handler = wire(processRuntime(verifyCode));
