import { noteFormerFactorWrites } from '../../shared/account/former-factor-row.ts';
import {
  type ClaimEdit,
  type ClaimRow,
  editClaimWrites,
  havingBeenFactor,
  isVerifiedByRejoining,
  leaving,
  notRecovering,
  recovering,
  rejoining,
  wasFactorLately,
} from '../../shared/account/phone-claim-writes.ts';
import { makePhoneClaims } from '../../shared/account/phone-claims.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { FORMER_FACTOR_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { Factors } from '../../shared/two-factor/factors.ts';
import type { PlannedNumbers, UndoableChange } from './undoable-changes.ts';

/**
 * Plans them. The numbers of before come back, but for recovery not each of them: none where a reset by phone is among what is undone,
 * since another person read its SMS; none that was a factor lately; and none that another account has proven or chosen
 * (docs/adr/0054).
 *
 * @param factors from then on
 * @throws StoreUnavailable
 */
export type PlanNumbers = (change: UndoableChange, factors: Factors) => Promise<PlannedNumbers>;

type Change = Pick<UndoableChange, 'account' | 'image' | 'reference' | 'factors'>;

/** The number for recovery of before, where it may come back at all; `null` where there is none. */
const candidateOf = ({ account, image, reference, factors: present }: Change, factors: Factors) => {
  const former = image.recoveryPhone ?? null; // a function of before knew of none
  if (former === null || (account.phoneResetNumber ?? 0) >= reference.number) return null;
  const isFactor = [present.sms, factors.sms].some((sms) => sms?.phoneNumber === former.e164);
  return isFactor ? null : former;
};

/** Makes it. */
export const makePlanNumbers = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): PlanNumbers => {
  const claims = makePhoneClaims({ dynamo, clock });

  const isFree = (claim: ClaimRow, accountId: string): boolean =>
    [claim?.recoveryAccountId, claim?.accountId].every((one) => one === undefined || one === accountId) &&
    !wasFactorLately(claim, accountId, clock.nowSeconds());

  return async (change, factors) => {
    const { account, image, factors: present } = change;
    const { accountId, phone, recoveryPhone = null } = account;
    const former = image.phone;
    const isOtherPhone = former?.e164 !== phone?.e164;
    const candidate = candidateOf(change, factors);
    const isOtherRecovery = candidate?.e164 !== recoveryPhone?.e164;
    const endedFactor = present.sms?.phoneNumber === factors.sms?.phoneNumber ? undefined : present.sms?.phoneNumber;

    const numbers = new Set([
      ...(isOtherPhone ? [former?.e164, phone?.e164] : []),
      ...(isOtherRecovery ? [candidate?.e164, recoveryPhone?.e164] : []),
      endedFactor,
    ]);
    const named = [...numbers].filter((e164) => e164 !== undefined);
    const seen = new Map(await Promise.all(named.map(async (e164) => [e164, await claims.find(e164)] as const)));
    const claimOf = (e164: string): ClaimRow => seen.get(e164) ?? null;
    const chosen = candidate && isOtherRecovery && !isFree(claimOf(candidate.e164), accountId) ? null : candidate;

    const nowSeconds = clock.nowSeconds();
    const wasVerified = former?.isVerified ?? true; // as release 0.1.0 left it: by the claim alone
    const place = { accountId, reservedUntilEpochSeconds: null, formerFactorUntilEpochSeconds: null };
    const formerFactorUntilEpochSeconds = nowSeconds + FORMER_FACTOR_SECONDS;
    const editsOf = (e164: string): ClaimEdit[] => [
      ...(isOtherPhone && e164 === phone?.e164 ? [leaving(place)] : []),
      ...(isOtherPhone && e164 === former?.e164 ? [rejoining(accountId, wasVerified)] : []),
      ...(e164 === endedFactor ? [havingBeenFactor(accountId, formerFactorUntilEpochSeconds)] : []),
      ...(isOtherRecovery && e164 === recoveryPhone?.e164 ? [notRecovering(accountId)] : []),
      ...(isOtherRecovery && e164 === chosen?.e164 ? [recovering(accountId)] : []),
    ];
    const isVerified = former && isVerifiedByRejoining(claimOf(former.e164), accountId, wasVerified);
    return {
      phone: isOtherPhone ? former && { ...former, isVerified: isVerified ?? false } : phone,
      ...(isOtherRecovery && (chosen || recoveryPhone) && { recoveryPhone: chosen }),
      writes: [
        ...named.flatMap((e164) => editClaimWrites({ e164, seen: claimOf(e164), edits: editsOf(e164), nowSeconds })),
        ...(endedFactor === undefined
          ? []
          : noteFormerFactorWrites({ accountId, e164: endedFactor, formerFactorUntilEpochSeconds })),
      ],
    };
  };
};
