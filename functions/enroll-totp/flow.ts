import type { Principal } from '../../shared/account/principal.ts';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { FactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import {
  lacksSecondProof,
  MAX_AUTHENTICATOR_APPS,
  overviewOf,
  secondProofRequired,
} from '../../shared/two-factor/second-factors.ts';
import { TOTP_SECRET_BYTES, totpSecretText, totpUri } from '../../shared/two-factor/totp.ts';
import type { TotpEnrollment } from '../../shared/two-factor/totp-enrollments.ts';
import type { OwnFactors, TwoFactor } from '../../shared/two-factor/two-factor.ts';
import { drawQr } from './draw-qr.ts';

export interface EnrollTotpDeps {
  twoFactor: Pick<TwoFactor, 'read' | 'begin'>;
  secrets: Pick<FactorSecrets, 'encryptTotp' | 'decryptTotp'>;
  productName: string;
  clock: Clock;
  randomness: Randomness;
}

export interface EnrollTotpInput {
  principal: Principal;
  /** What the owner calls the app; `null` where they don't say. */
  name: string | null;
  keeper: AnswerKeeper;
}

/** A first code is a matter of minutes. */
const ENROLLMENT_SECONDS = 600;

/**
 * For so long from its beginning an enrolment that is asked for again is the same one: a framework's double call, a reload, a
 * phone that lost the answer. No longer than a proof is fresh: who has to prove again who they are begins anew.
 */
const SAME_FOR_SECONDS = FRESH_SECONDS;

/** Of requests at the same time one begins an enrolment, and the others go on with it; two sessions may take turns. */
const TRIES = 5;

const DEFAULT_NAME = 'Authenticator app';

/**
 * Makes the secret of an authenticator app. It is kept encrypted and counts for nothing until its first code is confirmed.
 * Asked again soon, the same session gets the same secret, and its life is not extended; any other request takes the place of
 * what was asked before. Another session gets none that it did not begin: the owner may be about to confirm it.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict
 * @see docs/adr/0046
 */
export const makeEnrollTotp = ({ twoFactor, secrets, productName, clock, randomness }: EnrollTotpDeps) => {
  /** @returns `null` where a new one has to begin */
  const sameAgain = async (enrollment: TotpEnrollment | null, { accountId, sessionId }: Principal) => {
    if (!enrollment || enrollment.sessionId !== sessionId) return null;
    const ageSeconds = ENROLLMENT_SECONDS - (enrollment.expiresAtEpochSeconds - clock.nowSeconds());
    if (ageSeconds > SAME_FOR_SECONDS) return null;
    const secret = await secrets.decryptTotp(enrollment.secret, { accountId, appId: enrollment.appId });
    return secret && { secret, enrollment };
  };

  const beginAnew = ({ accountId, sessionId, epoch }: Principal) => {
    const appId = randomness.uuid();
    const secret = randomness.bytes(TOTP_SECRET_BYTES);
    const enrollment: TotpEnrollment = {
      appId,
      name: DEFAULT_NAME,
      secret: secrets.encryptTotp(secret, { accountId, appId }),
      epoch,
      sessionId,
      expiresAtEpochSeconds: clock.nowSeconds() + ENROLLMENT_SECONDS,
    };
    return { secret, enrollment };
  };

  const answerTo = async (
    { secret, enrollment }: ReturnType<typeof beginAnew>,
    { account }: Pick<OwnFactors, 'account'>,
  ) => {
    const uri = totpUri({ secret, issuer: productName, label: account.email });
    const svg = await drawQr(uri);
    return {
      enrollment_id: enrollment.appId,
      secret: totpSecretText(secret),
      otpauth_uri: uri,
      qr: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
      expires_in: enrollment.expiresAtEpochSeconds - clock.nowSeconds(),
    };
  };

  return async ({ principal, name, keeper }: EnrollTotpInput) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const own = await twoFactor.read(principal);
      if (!own) throw problem('unauthenticated');
      const overview = overviewOf(own.factors);
      if (lacksSecondProof(principal, overview)) throw secondProofRequired();
      if (overview.appIds.length >= MAX_AUTHENTICATOR_APPS) throw problem('conflict');

      const begun = (await sameAgain(own.enrollment, principal)) ?? beginAnew(principal);
      const enrollment = { ...begun.enrollment, name: name ?? begun.enrollment.name };
      const answer = await answerTo(begun, own);
      const writes = keeper.keepWrites({ result: answer, of: principal });
      const outcome = await twoFactor.begin({ principal, own, enrollment, writes });
      if (outcome === 'begun') return answer;
      if (outcome === 'ended') throw problem('unauthenticated');
    }
    throw problem('conflict');
  };
};
