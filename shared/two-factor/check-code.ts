import type { Actor } from '../account/principal.ts';
import type { SecondFactor } from '../contract/factor-names.ts';
import type { Log } from '../observability/log.ts';
import type { Clock } from '../primitives/clock.ts';
import { outcomeOfRefusal, type Reservation } from './attempt-policy.ts';
import type { Attempts } from './attempts.ts';
import type { Factors } from './factors.ts';
import type { FactorProof, MatchDecoy, MatchFactor } from './match-factor.ts';
import type { ReportAppAhead } from './report-app-ahead.ts';
import type { SpendNearMiss } from './spend-near-miss.ts';
import type { SentCode } from './verifications.ts';

export interface CheckCodeDeps {
  attempts: Pick<Attempts, 'reserve'>;
  matchFactor: MatchFactor;
  matchDecoy: MatchDecoy;
  reportAppAhead: ReportAppAhead;
  spendNearMiss: SpendNearMiss;
  clock: Clock;
  log: Log;
}

/** A code, and what it is to be held against. */
export interface CandidateCode {
  /** Whose factors they are; a try is spent only while their challenge or session lasts. */
  by: Actor;
  /** Without separators. */
  code: string;
  factors: Factors;
  /** The code that is out; `null` where none is. */
  sms: SentCode | null;
  /** The factors to compare, one after the other. */
  order: readonly SecondFactor[];
  /** What came of spending for the first of them; `null` where that is yet to be done. */
  first: Reservation | null;
  /** The verification that a comparison with a factor costs a try; `null` for none. */
  verificationOf: (factor: SecondFactor) => string | null;
  sourceIp: string;
}

/** What a code turned out to be. */
export interface CodeCheck {
  /** `null` for a code that proves nothing. */
  proof: FactorProof | null;
  /** What was compared, each at the price of a try; empty where every try was refused. */
  counted: SecondFactor[];
  /** Whether the code is of an app whose clock is off (spend-near-miss.ts). */
  isClockOff: boolean;
  /** Whether the challenge or the session ended before anything was compared: then nothing is written or logged of the code. */
  hasEnded: boolean;
}

/**
 * Compares a code with factors in turn, until one is proven. All comparisons of codes are here, each after an attempt
 * of the same factor was reserved, so that the counters count comparisons.
 *
 * Logs `second-factor` for a code that proves nothing, and for every code that met a lock: guesses at a locked factor
 * must be visible, in every flow and even if another factor was compared instead.
 */
export const makeCheckCode =
  ({ attempts, matchFactor, matchDecoy, reportAppAhead, spendNearMiss, clock, log }: CheckCodeDeps) =>
  async (held: CandidateCode): Promise<CodeCheck> => {
    const { by, code, factors, sms, order, first, verificationOf, sourceIp } = held;
    const { accountId } = by;
    const counted: SecondFactor[] = [];
    const reservations: Reservation[] = [];
    const settled = (proof: FactorProof | null, isClockOff = false): CodeCheck => {
      if (!proof || reservations.includes('locked'))
        log('warn', 'second-factor', { account_id: accountId, outcome: outcomeOfRefusal(reservations) });
      return { proof, counted, isClockOff, hasEnded: false };
    };

    for (const [index, factor] of order.entries()) {
      const reservation =
        (index === 0 ? first : null) ??
        (await attempts.reserve({
          by,
          factor,
          verificationId: verificationOf(factor),
          isFallbackAttempt: counted.length > 0,
          sourceIp,
        }));
      if (reservation === 'ended' && reservations.length === 0)
        return { proof: null, counted, isClockOff: false, hasEnded: true };
      reservations.push(reservation);
      const candidate = { ...factors, accountId, code, factors: [factor], sms, nowSeconds: clock.nowSeconds() };
      if (reservation === 'locked') await matchDecoy(candidate);
      if (reservation !== 'allowed') continue; // a factor that is locked leaves the next one usable

      counted.push(factor);
      const proof = await matchFactor(candidate);
      if (proof) return settled(proof);
    }
    if (!counted.includes('totp')) return settled(null);
    const refused = { accountId, code, apps: factors.apps, sourceIp };
    await reportAppAhead(refused);
    return settled(null, await spendNearMiss(refused));
  };
