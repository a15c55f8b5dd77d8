import type { SecurityHistory } from '../account/security-events.ts';
import { type Problem, type ProblemExtras, problem } from '../contract/problems.ts';
import type { Log } from '../observability/log.ts';
import { outcomeOfRefusal, type Reservation } from './attempt-policy.ts';
import type { Attempts } from './attempts.ts';

/**
 * Refuses a signed-in caller's own password, in history and log.
 *
 * @returns the problem to throw
 */
export const makeRefusePassword =
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
    reservation: Reservation;
    /** Whether the password, or a code beside it, was compared, and thereby counted. */
    wasCompared: boolean;
    sourceIp: string;
    extras?: ProblemExtras;
  }): Promise<Problem> => {
    const { accountId, reservation, wasCompared, sourceIp, extras } = refused;
    // A write for both, so that time doesn't tell of a lock. Only what was counted is noted: tries that a lock refuses can come without end.
    await (wasCompared
      ? history.add({ accountId, type: 'reauthentication-failed', sourceIp })
      : attempts.touch({ accountId, factor: 'password' }));
    log('warn', 'reauthenticate', { account_id: accountId, outcome: outcomeOfRefusal([reservation]) });
    return problem('invalid-credentials', extras);
  };
