import type { Principal } from '../../shared/account/principal.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { BeginOwnerAction } from '../../shared/session/owner-action.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { type CountedFactor, forgetFailuresWrites } from '../../shared/two-factor/failure-counters.ts';
import type { FindOwner } from '../../shared/two-factor/find-owner.ts';
import { isTwoFactorOn } from '../../shared/two-factor/second-factors.ts';
import type { TwoFactor } from '../../shared/two-factor/two-factor.ts';

export interface RemoveFactorDeps {
  findOwner: FindOwner;
  ownerAction: BeginOwnerAction;
  twoFactor: Pick<TwoFactor, 'change'>;
}

export interface RemoveFactorInput {
  principal: Principal;
  /** `sms`, `totp` for every app, or the id of one. */
  factor: string;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Switches a factor off, with everything that it opened: codes by SMS go with the number and its claim, the last app of all and
 * the number with the failures that were counted for them. With the last factor the recovery codes go too: there is nothing left
 * that they could stand in for.
 *
 * @throws problem unauthenticated, fresh-session-required, not-found, conflict
 */
export const makeRemoveFactor =
  ({ findOwner, ownerAction, twoFactor }: RemoveFactorDeps) =>
  async ({ principal, factor, sourceIp, keeper }: RemoveFactorInput): Promise<{ session: SessionTokensAnswer }> => {
    const own = await findOwner(principal);
    const { overview, session } = own;
    const removesSms = factor === 'sms' && overview.smsNumber !== null;
    const removedAppIds = overview.appIds.filter((appId) => factor === 'totp' || factor.toLowerCase() === appId);
    if (!removesSms && removedAppIds.length === 0) throw problem('not-found');

    const left = {
      ...overview,
      smsNumber: removesSms ? null : overview.smsNumber,
      appIds: overview.appIds.filter((appId) => !removedAppIds.includes(appId)),
    };
    const staysOn = isTwoFactorOn(left);
    // A lock of what is gone would keep its successor from being added.
    const gone: CountedFactor[] = [
      ...(removesSms ? (['sms'] as const) : []),
      ...(removedAppIds.length > 0 && left.appIds.length === 0 ? (['totp'] as const) : []),
      ...(staysOn ? [] : (['recovery_code'] as const)),
    ];
    const event = removesSms ? 'sms-removed' : 'authenticator-removed';
    const action = ownerAction({ session, before: own, endsOtherSessions: true, event, sourceIp });
    const removed = await twoFactor.change({
      ...action.change,
      principal,
      own,
      change: { removedAppIds, ...(removesSms && { sms: null }), ...(!staysOn && { recoveryCodeHashes: [] }) },
      writes: [
        ...action.change.writes,
        ...forgetFailuresWrites(principal.accountId, gone),
        ...keeper.keepWrites({ result: {}, ...action.standing }),
      ],
    });
    if (!removed) throw problem('conflict');

    return action.complete();
  };
