import { toRfc3339 } from '../../shared/domain/clock.ts';
import { phoneHint } from '../../shared/domain/phone-hint.ts';
import type { Principal } from '../../shared/domain/session.ts';
import { problem } from '../../shared/http/problems.ts';
import type { TwoFactor } from '../../shared/store/two-factor.ts';

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
