import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import { tokenAuthority } from '../../shared/keyring/token-authority.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { openSessionTokens } from '../../shared/session/open-session-tokens.ts';
import { makeSmsBudget } from '../../shared/sms/sms-budget.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { acceptProofWrite } from '../../shared/two-factor/factors.ts';
import { makeMatchFactor } from '../../shared/two-factor/match-factor.ts';
import { openOwnerActions } from '../../shared/two-factor/open-owner-actions.ts';
import { openProofStores } from '../../shared/two-factor/open-proof-stores.ts';
import { makePendingBySource } from '../../shared/two-factor/pending-by-source.ts';
import { openAppAhead } from '../../shared/two-factor/report-app-ahead.ts';
import { makeVerificationIds } from '../../shared/two-factor/verification-ids.ts';
import { consumeVerificationWrite, sentCode } from '../../shared/two-factor/verifications.ts';
import { makeAttemptPhone } from './attempt-phone.ts';
import { makePhoneProofs } from './phone-proofs.ts';
import { makeProveFactor } from './prove-factor.ts';
import { makeProveSignIn } from './prove-sign-in.ts';

/** Everything that a code can prove, under the operator's settings. */
export const openVerificationProofs = (runtime: Runtime, keyring: Keyring, dynamo: Dynamo) => {
  const { settings } = runtime.config;
  const secrets = makeFactorSecrets({ ...runtime, keyring });
  const parts = {
    ...runtime,
    ...openSessionTokens(runtime, keyring),
    ...openProofStores({ ...runtime, ...settings.events, dynamo }),
    ...openOwnerActions(runtime, keyring, dynamo),
    smsBudget: makeSmsBudget({ ...runtime, numbers: settings.sms, dynamo, keyring }),
    phoneProofs: makePhoneProofs({ ...runtime, keyring, authority: tokenAuthority(settings) }),
    matchFactor: makeMatchFactor(secrets),
    reportAppAhead: openAppAhead(runtime, secrets, dynamo),
    pendingBySource: makePendingBySource({ ...runtime, dynamo, keyring }),
    secrets,
    acceptProofWrite,
    consumeVerificationWrite,
    sentCode,
  };
  return {
    proveSignIn: makeProveSignIn(parts),
    proveFactor: makeProveFactor(parts),
    attemptPhone: makeAttemptPhone(parts),
    verificationIds: makeVerificationIds({ keyring }),
    pendingBySource: parts.pendingBySource,
    verifications: parts.verifications,
  };
};
