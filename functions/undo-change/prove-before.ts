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
 * @throws problem invalid-request, invalid-code
 */
const makeProveBefore = (deps: ProveBeforeDeps) => {
  const { changes, attempts, matchFactor, matchDecoy, clock } = deps;
  const refuseCode = makeRefuseCode(deps);

  return async ({ change, code, sourceIp }: ProveBeforeInput): Promise<Factors> => {
    const { account, image, factors: present } = change;
    const { accountId, epoch, changedAtEpochSeconds = 0 } = account;
    const before = factorsOfBefore({ image, present, changedAtEpochSeconds });
    const overview = overviewOf(before);
    if (!isTwoFactorOn(overview)) return before;
    if (code === null) throw problem('invalid-request', { errors: [{ field: 'code', code: 'required' }] });

    const by = { accountId, epoch };
    const reservation = await attempts.reserve({ by, factor: 'undo', verificationId: null, sourceIp });
    const otherToken = overview.smsNumber === null ? null : readOneTimeToken(code);
    const isOther = otherToken !== null && (await changes.isOfOtherChannel(sha256(otherToken), change));
    if (reservation === 'allowed' && isOther) return before;

    const typed = withoutSeparators(code);
    const looks = factorsOfCode(typed, availableFactors(overview)).filter((factor) => factor !== 'sms');
    const candidate = { ...before, accountId, code: typed, factors: looks, sms: null, nowSeconds: clock.nowSeconds() };
    if (reservation !== 'allowed') await matchDecoy(candidate); // a lock takes the same time (CWE-208)
    const proof = reservation === 'allowed' ? await matchFactor(candidate) : null;
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
  });
