import type { Clock } from '../primitives/clock.ts';
import type { FactorSecrets } from './factor-secrets.ts';
import { matchTotp, NO_STEP, stepEndSeconds } from './totp.ts';

/** An app whose last accepted time step lies in the future. */
export interface AppAhead {
  appId: string;
  lastStep: number;
  /** When its codes are accepted again. */
  acceptedAgainAtEpochSeconds: number;
}

/** A step as near as this may have been used by a phone whose clock is a little fast: it is waited for, not told of. */
const NEAR_SECONDS = 60;

/**
 * Finds the app that a code is right for, and whose codes are refused because its last accepted step lies in the future.
 *
 * @returns `null` for every other code, replayed ones included
 */
export const makeFindAppAhead =
  ({ secrets, clock }: { secrets: Pick<FactorSecrets, 'decryptTotp'>; clock: Clock }) =>
  async ({
    accountId,
    code,
    apps,
  }: {
    accountId: string;
    code: string;
    apps: Readonly<Record<string, { secret: string; lastStep: number }>>;
  }): Promise<AppAhead | null> => {
    const nowSeconds = clock.nowSeconds();
    for (const [appId, { secret: encrypted, lastStep }] of Object.entries(apps)) {
      const acceptedAgainAtEpochSeconds = stepEndSeconds(lastStep);
      if (acceptedAgainAtEpochSeconds - nowSeconds <= NEAR_SECONDS) continue;
      const secret = await secrets.decryptTotp(encrypted, { accountId, appId });
      const isRight = secret !== null && matchTotp({ secret, code, nowSeconds, afterStep: NO_STEP }) !== null;
      if (isRight) return { appId, lastStep, acceptedAgainAtEpochSeconds };
    }
    return null;
  };

export type FindAppAhead = ReturnType<typeof makeFindAppAhead>;
