import { makeFactorSecrets } from '../crypto/factor-secrets.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { makeMatchFactor } from '../crypto/match-factor.ts';
import { makePhoneProofs } from '../crypto/phone-proofs.ts';
import { makeVerificationIds } from '../crypto/verification-ids.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { acceptProof } from '../store/factors.ts';
import { openProofStores } from '../store/open-proof-stores.ts';
import { makePendingBySource } from '../store/pending-by-source.ts';
import { makeSmsBudget } from '../store/sms-budget.ts';
import { consumeVerification, sentCode } from '../store/verifications.ts';
import { makeAttemptPhone } from '../verification/attempt-phone.ts';
import { makeProveFactor } from '../verification/prove-factor.ts';
import { makeProveSignIn } from '../verification/prove-sign-in.ts';
import { openAppAhead } from './open-app-ahead.ts';
import { openOwnerActions } from './open-owner-actions.ts';
import { openSessionTokens } from './open-session-tokens.ts';
import type { Runtime } from './runtime.ts';
import { tokenAuthority } from './token-authority.ts';

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
    acceptProof,
    consumeVerification,
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
