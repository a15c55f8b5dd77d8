import type { DueDeletion } from '../../shared/account/deletions.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { errorName } from '../../shared/primitives/error-name.ts';
import type { EraseAccount } from './erase-account.ts';

export interface EraseAccountsDeps {
  /** The accounts that are due first, behind one. */
  findDue: (part: { after: DueDeletion | null; limit: number }) => Promise<DueDeletion[]>;
  eraseAccount: EraseAccount;
  /** `null` where it is not known. */
  keyringAgeSeconds: () => number | null;
  clock: Clock;
  log: Log;
}

/** Accounts that are worked on at once. */
const AT_ONCE = 10;

/** No account is begun after this, so that a run ends by itself before its function's time is up (infra/sizing.ts). */
const BEGIN_WITHIN_MS = 40_000;

/** Some accounts could not be erased. Lambda tries the run again, and each of its steps can be done twice. */
class ErasureFailed extends Error {
  override readonly name = 'ErasureFailed';
}

/**
 * Erases what is due, the oldest first. An account that fails keeps none of the others waiting: it stays on the list, and the next run
 * goes on where this one has stopped.
 *
 * It tells the keyring's age as well: a rotation that never begins fails at nothing, and no other flow is sure to run every hour.
 *
 * @throws ErasureFailed where an account failed
 */
export const makeEraseAccounts =
  ({ findDue, eraseAccount, keyringAgeSeconds, clock, log }: EraseAccountsDeps) =>
  async (): Promise<void> => {
    const startedAtMs = clock.nowMs();
    const ageSeconds = keyringAgeSeconds();
    if (ageSeconds !== null) log('info', 'keyring-age', { age_ms: Math.round(ageSeconds * 1000) });
    const left: DueDeletion[] = [];
    const isInTime = (): boolean => clock.nowMs() - startedAtMs < BEGIN_WITHIN_MS;

    const attempt = async (due: DueDeletion): Promise<void> => {
      try {
        await eraseAccount(due);
      } catch (error) {
        left.push(due);
        const line = { account_id: due.accountId, step: due.step, outcome: 'failure' } as const;
        log('error', 'erasure-failed', { ...line, error_name: errorName(error) });
      }
    };

    let after: DueDeletion | null = null;
    while (isInTime()) {
      const part = await findDue({ after, limit: AT_ONCE });
      const due = part.filter(({ dueAtEpochSeconds }) => dueAtEpochSeconds <= clock.nowSeconds());
      await Promise.all(due.map(attempt));
      after = due.at(-1) ?? null;
      if (after === null || due.length < part.length) break;
    }

    const failed = left.length;
    if (!isInTime()) left.push(...(await findDue({ after, limit: 1 })));
    const oldest = Math.min(clock.nowSeconds(), ...left.map(({ dueAtEpochSeconds }) => dueAtEpochSeconds));
    const outcome = failed > 0 ? 'failure' : 'success';
    log('info', 'erasure-run', { outcome, delay_ms: (clock.nowSeconds() - oldest) * 1000 });
    if (failed > 0) throw new ErasureFailed();
  };
