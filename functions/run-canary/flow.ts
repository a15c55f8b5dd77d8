import type { CanaryStep } from '../../shared/contract/canary.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { errorName } from '../../shared/primitives/error-name.ts';
import type { CanaryAccount } from './canary-account.ts';
import type { Checks } from './checks.ts';
import { UnexpectedAnswer } from './unexpected-answer.ts';

export interface RunCanaryDeps {
  checks: Checks;
  account: CanaryAccount;
  clock: Clock;
  log: Log;
}

/**
 * Between two recovery mails that one process asks for, in milliseconds: a mail costs more than all the rest of a run. A quarter of an hour less
 * what Scheduler may be off, so that a run each 5 minutes asks at each third.
 */
const RECOVERY_EVERY_MS = 14 * 60_000;

/**
 * Does from outside what people do, step by step. A step that fails keeps no other from being tried, and is told by a log line and its metric;
 * the run itself does not fail, for to try it again at once would say nothing new.
 *
 * @see docs/adr/0079
 */
export const makeRunCanary = ({ checks, account, clock, log }: RunCanaryDeps) => {
  /** Of the process: a run that finds none is on a device that is new. */
  let deviceToken: string | null = null;
  let recoveryAskedAtMs = Number.NEGATIVE_INFINITY;

  return async (): Promise<void> => {
    let isFailed = false;

    const attempt = async <Made>(step: CanaryStep, act: () => Promise<Made>): Promise<Made | null> => {
      const startedAtMs = clock.nowMs();
      const told = () => ({ step, duration_ms: clock.nowMs() - startedAtMs });
      try {
        const made = await act();
        log('info', 'canary-step', { ...told(), outcome: made === null ? 'skipped' : 'success' });
        return made;
      } catch (error) {
        isFailed = true;
        const { status, code = null } = error instanceof UnexpectedAnswer ? error : {};
        const answered = { ...(status !== undefined && { status }), ...(code !== null && { code }) };
        log('error', 'canary-step', { ...told(), outcome: 'failure', ...answered, error_name: errorName(error) });
        return null;
      }
    };

    await attempt('health', checks.health);
    await attempt('discovery', checks.discovery);
    const publicKeys = await attempt('jwks', checks.jwks);
    await attempt('reset-token', checks.resetToken);

    const given = await attempt('account', account.givePassword); // null beside another run
    if (given) {
      const { email } = account;
      const proof = { email, password: given.password, deviceToken };
      const session = await attempt('sign-in', () => checks.signIn(proof, publicKeys ?? []));
      if (session) {
        ({ deviceToken } = session);
        await attempt('sign-out', () => checks.signOut(session));
      }
      await attempt('account', given.remove);
    }

    if (clock.nowMs() - recoveryAskedAtMs >= RECOVERY_EVERY_MS) {
      await attempt('recovery', () => checks.recovery(account.email));
      recoveryAskedAtMs = clock.nowMs();
    }

    log(isFailed ? 'error' : 'info', 'canary-run', { outcome: isFailed ? 'failure' : 'success' });
  };
};
