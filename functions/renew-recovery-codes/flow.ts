import type { Principal } from '../../shared/account/principal.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Randomness } from '../../shared/primitives/clock.ts';
import type { BeginOwnerAction } from '../../shared/session/owner-action.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { FactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import type { FindOwner } from '../../shared/two-factor/find-owner.ts';
import { newRecoveryCodes } from '../../shared/two-factor/recovery-code.ts';
import { isTwoFactorOn } from '../../shared/two-factor/second-factors.ts';
import type { TwoFactor } from '../../shared/two-factor/two-factor.ts';

export interface RenewRecoveryCodesDeps {
  findOwner: FindOwner;
  ownerAction: BeginOwnerAction;
  twoFactor: Pick<TwoFactor, 'change'>;
  secrets: Pick<FactorSecrets, 'hashRecoveryCode'>;
  randomness: Randomness;
}

export interface RenewRecoveryCodesInput {
  principal: Principal;
  endOtherSessions: boolean;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Makes new recovery codes; the old ones stop working in the same moment, and sessions that may have been begun with one of them
 * end unless the owner says otherwise.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict
 */
export const makeRenewRecoveryCodes =
  ({ findOwner, ownerAction, twoFactor, secrets, randomness }: RenewRecoveryCodesDeps) =>
  async ({
    principal,
    endOtherSessions: endsOtherSessions,
    sourceIp,
    keeper,
  }: RenewRecoveryCodesInput): Promise<{ recovery_codes: string[]; session?: SessionTokensAnswer }> => {
    const own = await findOwner(principal);
    const { overview, session } = own;
    if (!isTwoFactorOn(overview)) throw problem('conflict'); // there is nothing that they could stand in for

    const codes = newRecoveryCodes({ accountId: principal.accountId, secrets, randomness });
    const action = ownerAction({ session, before: own, endsOtherSessions, event: 'recovery-codes-renewed', sourceIp });
    const answer = { recovery_codes: codes.shown };
    const changed = await twoFactor.change({
      ...action.change,
      principal,
      own,
      change: { recoveryCodeHashes: codes.hashes },
      writes: [...action.change.writes, ...keeper.keepWrites({ result: answer, ...action.standing })],
    });
    if (!changed) throw problem('conflict');

    return { ...answer, ...action.complete() };
  };
