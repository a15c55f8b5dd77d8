import type { Principal } from '../../shared/account/principal.ts';
import { problem } from '../../shared/contract/problems.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { phoneHint } from '../../shared/two-factor/second-factors.ts';
import type { TwoFactor } from '../../shared/two-factor/two-factor.ts';

export interface GetTwoFactorDeps {
  twoFactor: Pick<TwoFactor, 'read'>;
}

/**
 * Tells what the caller has switched on; of a number no more than a hint, of a secret nothing.
 *
 * @throws problem unauthenticated
 */
export const makeGetTwoFactor =
  ({ twoFactor }: GetTwoFactorDeps) =>
  async ({ principal }: { principal: Principal }) => {
    const own = await twoFactor.read(principal);
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
    return { enabled: factors.length > 0, factors, recovery_codes_left: Object.keys(recoveryCodes).length };
  };
