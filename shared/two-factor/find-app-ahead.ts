import type { Clock } from '../primitives/clock.ts';
import type { FactorSecrets } from './factor-secrets.ts';
import { findStep, type StoredApps } from './find-step.ts';
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
    apps: StoredApps;
  }): Promise<AppAhead | null> => {
    const nowSeconds = clock.nowSeconds();
    const isAhead = ({ lastStep }: { lastStep: number }) => stepEndSeconds(lastStep) - nowSeconds > NEAR_SECONDS;
    const ahead = Object.fromEntries(Object.entries(apps).filter(([, app]) => isAhead(app)));
    const found = await findStep(secrets, { accountId, apps: ahead }, ({ secret }) =>
      matchTotp({ secret, code, nowSeconds, afterStep: NO_STEP }),
    );
    if (!found) return null;
    const { appId, lastStep } = found;
    return { appId, lastStep, acceptedAgainAtEpochSeconds: stepEndSeconds(lastStep) };
  };

export type FindAppAhead = ReturnType<typeof makeFindAppAhead>;
