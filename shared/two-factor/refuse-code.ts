import type { SecurityHistory } from '../account/security-events.ts';
import { type Problem, problem } from '../contract/problems.ts';
import type { Log } from '../observability/log.ts';
import { outcomeOfRefusal, type Reservation } from './attempt-policy.ts';
import type { Attempts } from './attempts.ts';
import type { CountedFactor } from './failure-counters.ts';
import { clockHint } from './spend-near-miss.ts';

/**
 * Refuses a signed-in caller's code that was to prove a new factor, in history and log. One that lost a race, because another
 * request used it or ended the session at the same moment, was compared, so its reservation is `allowed`.
 *
 * @returns the problem to throw
 */
export const makeRefuseCode =
  ({
    attempts,
    history,
    log,
  }: {
    attempts: Pick<Attempts, 'touch'>;
    history: Pick<SecurityHistory, 'add'>;
    log: Log;
  }) =>
  async (refused: {
    accountId: string;
    factor: CountedFactor;
    /** `null` for a text that can be no code, for which none was made. */
    reservation: Reservation | null;
    sourceIp: string;
    /** Whether it is of an app whose clock is off. */
    isClockOff?: boolean;
  }): Promise<Problem> => {
    const { accountId, factor, reservation, sourceIp, isClockOff = false } = refused;
    // Only what was counted: codes that a lock refuses can come without end.
    if (reservation === 'allowed') await history.add({ accountId, type: 'second-factor-failed', sourceIp });
    else if (reservation) await attempts.touch({ accountId, factor });
    const outcome = outcomeOfRefusal(reservation ? [reservation] : []);
    log('warn', 'second-factor', { account_id: accountId, outcome });
    return problem('invalid-code', clockHint(isClockOff));
  };
