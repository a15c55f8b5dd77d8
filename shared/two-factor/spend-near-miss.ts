import type { Dynamo } from '../aws/dynamo.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock } from '../primitives/clock.ts';
import { type FactorSecrets, makeFactorSecrets } from './factor-secrets.ts';
import { acceptProofWrite, type Factors } from './factors.ts';
import { findStep } from './find-step.ts';
import { nearMissOfTotp } from './totp.ts';

/**
 * Whether a code that was compared with an account's apps and refused is of a time step just beyond those that are accepted: the
 * clock of the phone is off. The step counts as used from then on, so that no page or person is told a code that is still to come.
 *
 * @throws StoreUnavailable
 */
const makeSpendNearMiss =
  ({ secrets, dynamo, clock }: { secrets: Pick<FactorSecrets, 'decryptTotp'>; dynamo: Dynamo; clock: Clock }) =>
  async ({ accountId, code, apps }: { accountId: string; code: string } & Pick<Factors, 'apps'>): Promise<boolean> => {
    const nowSeconds = clock.nowSeconds();
    const missed = await findStep(secrets, { accountId, apps }, ({ secret, lastStep: afterStep }) =>
      nearMissOfTotp({ secret, code, nowSeconds, afterStep }),
    );
    if (!missed) return false;
    // Of two requests with the code one is told.
    return (await dynamo.transact([acceptProofWrite(accountId, { factor: 'totp', ...missed })])).won;
  };

export type SpendNearMiss = ReturnType<typeof makeSpendNearMiss>;

export const provideSpendNearMiss = (scope: Scope & Ports): SpendNearMiss =>
  makeSpendNearMiss({ ...scope, secrets: scope.use(makeFactorSecrets) });

/** What the problem of a refused code says where a clock is off. */
export const clockHint = (isClockOff: boolean) =>
  isClockOff ? { errors: [{ field: 'code', code: 'check-clock' as const }] } : {};
