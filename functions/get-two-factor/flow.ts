import type { FactorReset } from '../../shared/account/factor-reset-rows.ts';
import type { FactorResets } from '../../shared/account/factor-resets.ts';
import type { Principal } from '../../shared/account/principal.ts';
import { problem } from '../../shared/contract/problems.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { phoneHint } from '../../shared/two-factor/second-factors.ts';
import type { TwoFactor } from '../../shared/two-factor/two-factor.ts';

export interface GetTwoFactorDeps {
  twoFactor: Pick<TwoFactor, 'read'>;
  factorResets: Pick<FactorResets, 'findOf'>;
}

/** The reset that waits, as its owner sees it: of the operator who asked for it nothing. */
const resetView = ({ factor, askedAtEpochSeconds, waitsUntilEpochSeconds, expiresAtEpochSeconds }: FactorReset) => ({
  factor,
  asked_at: toRfc3339(askedAtEpochSeconds),
  waits_until: toRfc3339(waitsUntilEpochSeconds),
  expires_at: toRfc3339(expiresAtEpochSeconds),
});

/**
 * Tells what the caller has switched on; of a number no more than a hint, of a secret nothing. And of a reset of them that waits: its owner may not
 * read the mailbox, but the app.
 *
 * @throws problem unauthenticated
 */
export const makeGetTwoFactor =
  ({ twoFactor, factorResets }: GetTwoFactorDeps) =>
  async ({ principal }: { principal: Principal }) => {
    const [own, reset] = await Promise.all([twoFactor.read(principal), factorResets.findOf(principal.accountId)]);
    if (!own) throw problem('unauthenticated');

    const { apps, sms, recoveryCodes } = own.factors;
    const factors = [
      ...Object.entries(apps).map(([id, { name, enrolledAtEpochSeconds }]) => ({
        factor: 'totp' as const,
        id,
        name,
        enrolled_at: toRfc3339(enrolledAtEpochSeconds),
      })),
      ...(sms
        ? [
            {
              factor: 'sms' as const,
              id: 'sms',
              phone_hint: phoneHint(sms.phoneNumber),
              enrolled_at: toRfc3339(sms.enrolledAtEpochSeconds),
            },
          ]
        : []),
    ];
    return {
      enabled: factors.length > 0,
      factors,
      recovery_codes_left: Object.keys(recoveryCodes).length,
      ...(reset && { pending_reset: resetView(reset) }),
    };
  };
