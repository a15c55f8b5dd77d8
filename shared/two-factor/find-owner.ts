import { refuseWhileFrozen } from '../account/change-journal.ts';
import type { Principal } from '../account/principal.ts';
import { problem } from '../contract/problems.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock } from '../primitives/clock.ts';
import { type FactorsOverview, lacksSecondProof, overviewOf, secondProofRequired } from './second-factors.ts';
import { makeTwoFactor, type OwnFactorsInSession, type TwoFactor } from './two-factor.ts';

/** Everything that a change of factors is decided by. */
export type Owner = OwnFactorsInSession & { overview: FactorsOverview };

/**
 * Reads the account, factors and session of a caller who wants to change them. Make sure that a factor that is on was proven:
 * a stolen password must not change what protects against stolen passwords.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict for a day after an undo
 */
const makeFindOwner =
  ({ twoFactor, clock }: { twoFactor: Pick<TwoFactor, 'readForChange'>; clock: Clock }) =>
  async (principal: Principal): Promise<Owner> => {
    const own = await twoFactor.readForChange(principal);
    if (!own) throw problem('unauthenticated');
    const overview = overviewOf(own.factors);
    if (lacksSecondProof(principal, overview)) throw secondProofRequired();
    refuseWhileFrozen(own.account, clock.nowSeconds()); // before a try is spent on what can't be done
    return { ...own, overview };
  };

export type FindOwner = ReturnType<typeof makeFindOwner>;

export const provideFindOwner = ({ use, clock }: Scope & Pick<Ports, 'dynamo'>): FindOwner =>
  makeFindOwner({ twoFactor: use(makeTwoFactor), clock });
