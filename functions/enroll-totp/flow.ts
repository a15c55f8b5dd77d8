import type { Principal } from '../../shared/account/principal.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { FactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { lacksSecondProof, MAX_AUTHENTICATOR_APPS, overviewOf } from '../../shared/two-factor/second-factors.ts';
import { TOTP_SECRET_BYTES, totpSecretText, totpUri } from '../../shared/two-factor/totp.ts';
import type { TwoFactor } from '../../shared/two-factor/two-factor.ts';
import { drawQr } from './draw-qr.ts';

export interface EnrollTotpDeps {
  twoFactor: Pick<TwoFactor, 'read' | 'begin'>;
  secrets: Pick<FactorSecrets, 'encryptTotp'>;
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

const DEFAULT_NAME = 'Authenticator app';

/**
 * Makes the secret of an authenticator app. It is kept encrypted and counts for nothing until its first code is confirmed;
 * asking again takes the place of what was asked before.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict
 */
export const makeEnrollTotp =
  ({ twoFactor, secrets, productName, clock, randomness }: EnrollTotpDeps) =>
  async ({ principal, name, keeper }: EnrollTotpInput) => {
    const own = await twoFactor.read(principal);
    if (!own) throw problem('unauthenticated');
    const overview = overviewOf(own.factors);
    if (lacksSecondProof(principal, overview)) throw problem('fresh-session-required');
    if (overview.appIds.length >= MAX_AUTHENTICATOR_APPS) throw problem('conflict');

    const { accountId, epoch } = principal;
    const appId = randomness.uuid();
    const secret = randomness.bytes(TOTP_SECRET_BYTES);
    const uri = totpUri({ secret, issuer: productName, label: own.account.email });
    const svg = await drawQr(uri);
    const answer = {
      secret: totpSecretText(secret),
      otpauth_uri: uri,
      qr: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
      expires_in: ENROLLMENT_SECONDS,
    };
    const enrollment = {
      appId,
      name: name ?? DEFAULT_NAME,
      secret: secrets.encryptTotp(secret, { accountId, appId }),
      epoch,
      expiresAtEpochSeconds: clock.nowSeconds() + ENROLLMENT_SECONDS,
    };
    const kept = keeper.keepWrites({ result: answer, of: principal });
    if (!(await twoFactor.begin(principal, enrollment, kept))) throw problem('unauthenticated');
    return answer;
  };
