import type { Account } from '../../shared/account/accounts.ts';
import { pendingEmailOf } from '../../shared/account/pending-email.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { ProfileContent } from '../../shared/account/profile.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { KeepWrites } from './profiles.ts';
import { afterChange, replaceProfileWrite } from './replace-profile.ts';
import type { ChangedAccount } from './written-profile.ts';

export interface CancelEmailChangeDeps {
  dynamo: Pick<Dynamo, 'transact'>;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  log: Log;
}

export interface CancelEmailChangeInput {
  principal: Principal;
  /** As it was read, with a pending change that may have ended already. */
  account: Account;
  content: ProfileContent;
  sourceIp: string;
  keepWrites: KeepWrites;
}

/**
 * Writes a profile without its pending change of address. It wants no fresh session: the address stays what it is.
 *
 * @returns `null` where the account has changed since it was read
 */
const makeCancelEmailChange =
  ({ dynamo, recordEventWrite, clock, log }: CancelEmailChangeDeps) =>
  async (input: CancelEmailChangeInput): Promise<ChangedAccount | null> => {
    const { principal, account: seen, content, sourceIp, keepWrites } = input;
    const { accountId } = principal;
    const nowSeconds = clock.nowSeconds();
    const wasPending = pendingEmailOf(seen, nowSeconds) !== null;
    const account = afterChange(seen, { ...content, pendingEmail: undefined }, nowSeconds);
    const { won } = await dynamo.transact([
      replaceProfileWrite({ principal, seen, content, pendingEmail: null, nowSeconds }),
      ...(wasPending ? [recordEventWrite({ accountId, type: 'email-change-cancelled', sourceIp })] : []),
      ...(await keepWrites(account)),
    ]);
    if (!won) return null;
    if (wasPending) log('info', 'email-change-cancelled', { account_id: accountId, outcome: 'success' });
    return { account };
  };

export type CancelEmailChange = ReturnType<typeof makeCancelEmailChange>;

export const provideCancelEmailChange = (scope: Scope<'events'> & Ports): CancelEmailChange =>
  makeCancelEmailChange({ ...scope, recordEventWrite: scope.use(provideRecordEventWrite) });
