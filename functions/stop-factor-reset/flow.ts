import { type Accounts, requireSessionWrite } from '../../shared/account/accounts.ts';
import type { FactorResets } from '../../shared/account/factor-resets.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';

export interface StopFactorResetDeps {
  accounts: Pick<Accounts, 'findForSession'>;
  factorResets: Pick<FactorResets, 'findOf' | 'stop'>;
  recordEventWrite: RecordEventWrite;
  log: Log;
}

export interface StopFactorResetInput {
  principal: Principal;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Stops the reset of second factors that waits. It asks for no second factor: the link of the mail doesn't either, and an owner
 * whose phone isn't at hand has to be able to say no (docs/adr/0072).
 *
 * @throws problem unauthenticated, fresh-session-required, not-found
 */
export const makeStopFactorReset =
  ({ accounts, factorResets, recordEventWrite, log }: StopFactorResetDeps) =>
  async ({ principal, sourceIp, keeper }: StopFactorResetInput): Promise<{ status: 'factor-reset-stopped' }> => {
    const { accountId } = principal;
    const [account, reset] = await Promise.all([accounts.findForSession(principal), factorResets.findOf(accountId)]);
    if (!account) throw problem('unauthenticated');
    if (!reset) throw problem('not-found');

    const answer = { status: 'factor-reset-stopped' as const };
    const stopped = await factorResets.stop({
      account,
      reset,
      writes: [
        requireSessionWrite(principal),
        recordEventWrite({ accountId, type: 'factor-reset-stopped', sourceIp }),
        ...keeper.keepWrites({ result: answer, of: principal }),
      ],
    });
    if (!stopped) {
      // Done, stopped by the link or replaced since it was read; or the session has ended.
      log('warn', 'factor-reset-stopped', { account_id: accountId, outcome: 'failure' });
      throw problem('not-found');
    }

    log('info', 'factor-reset-stopped', { account_id: accountId, outcome: 'success' });
    return answer;
  };
