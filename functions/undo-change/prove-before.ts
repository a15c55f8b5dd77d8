import { makePhoneClaims, type PhoneClaims } from '../../shared/account/phone-claims.ts';
import { provideHistory, type SecurityHistory } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { readOneTimeToken } from '../../shared/primitives/one-time-token.ts';
import { withoutSeparators } from '../../shared/primitives/typed-text.ts';
import { type Attempts, provideAttempts } from '../../shared/two-factor/attempts.ts';
import type { Factors } from '../../shared/two-factor/factors.ts';
import {
  type MatchDecoy,
  type MatchFactor,
  provideMatchDecoy,
  provideMatchFactor,
} from '../../shared/two-factor/match-factor.ts';
import { makeRefuseCode } from '../../shared/two-factor/refuse-code.ts';
import { availableFactors, factorsOfCode, isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';
import { factorsOfBefore, withProofUsed } from './factors-of-before.ts';
import { provideUndoableChanges, type UndoableChange, type UndoableChanges } from './undoable-changes.ts';

export interface ProveBeforeDeps {
  changes: Pick<UndoableChanges, 'isOfOtherChannel'>;
  attempts: Pick<Attempts, 'reserve' | 'touch'>;
  matchFactor: MatchFactor;
  matchDecoy: MatchDecoy;
  history: Pick<SecurityHistory, 'add'>;
  phoneClaims: Pick<PhoneClaims, 'isVerified'>;
  clock: Clock;
  log: Log;
}

interface ProveBeforeInput {
  change: UndoableChange;
  /** As typed; `null` where none was. */
  code: string | null;
  sourceIp: string;
}

/**
 * Makes sure that the caller has a second factor of before the change, where one was on: who reads the mailbox alone must not take back
 * what its owner has done. An attempt is reserved before anything is compared, in a counter of its own.
 *
 * A factor by SMS is proven by the token of the SMS that told of the change, or the other way round: no SMS is sent for it, and a number
 * that was stolen since the change proves nothing.
 *
 * @returns the factors of before, with what the proof has used up
 * @throws problem invalid-token, invalid-request, invalid-code
 */
const makeProveBefore = (deps: ProveBeforeDeps) => {
  const { changes, attempts, matchFactor, matchDecoy, phoneClaims, clock } = deps;
  const refuseCode = makeRefuseCode(deps);

  return async ({ change, code, sourceIp }: ProveBeforeInput): Promise<Factors> => {
    const { account, channel, image, factors: present, madeAtEpochSeconds } = change;
    const { accountId, epoch } = account;
    const before = factorsOfBefore({ image, present, madeAtEpochSeconds });
    const overview = overviewOf(before);
    if (!isTwoFactorOn(overview)) {
      // Alone the link of an SMS is good while the number is still the account's, and no other has proven it since.
      const isOwn =
        channel === 'mail' || (account.phone?.e164 === image.phone?.e164 && (await phoneClaims.isVerified(account)));
      if (!isOwn) throw problem('invalid-token');
      return before;
    }
    if (code === null) throw problem('invalid-request', { errors: [{ field: 'code', code: 'required' }] });

    const by = { accountId, epoch };
    const reservation = await attempts.reserve({ by, factor: 'undo', verificationId: null, sourceIp });
    const otherToken = overview.smsNumber === null ? null : readOneTimeToken(code);
    const isOther = otherToken !== null && (await changes.isOfOtherChannel(sha256(otherToken), change));
    if (isOther) return before; // 130 bits, which no guess finds: who holds one link must not lock the other

    const typed = withoutSeparators(code);
    const looks = factorsOfCode(typed, availableFactors(overview)).filter((factor) => factor !== 'sms');
    const candidate = { ...before, accountId, code: typed, factors: looks, sms: null, nowSeconds: clock.nowSeconds() };
    // Six digits can be guessed; the 80 bits of a recovery code can't, so a lock that the intruder begins doesn't hold for them.
    const isOpen = reservation === 'allowed' || looks.every((factor) => factor === 'recovery_code');
    if (!isOpen) await matchDecoy(candidate); // a lock takes the same time (CWE-208)
    const proof = isOpen ? await matchFactor(candidate) : null;
    if (!proof) throw await refuseCode({ accountId, factor: 'undo', reservation, sourceIp });
    return withProofUsed(before, proof);
  };
};

export type ProveBefore = ReturnType<typeof makeProveBefore>;

export const provideProveBefore = (scope: Scope<'events'> & Ports): ProveBefore =>
  makeProveBefore({
    ...scope,
    changes: scope.use(provideUndoableChanges),
    attempts: scope.use(provideAttempts),
    matchFactor: scope.use(provideMatchFactor),
    matchDecoy: scope.use(provideMatchDecoy),
    history: scope.use(provideHistory),
    phoneClaims: scope.use(makePhoneClaims),
  });
