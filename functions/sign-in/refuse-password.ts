import { provideHistory, type SecurityHistory } from '../../shared/account/security-events.ts';
import { type Problem, problem } from '../../shared/contract/problems.ts';
import type { DeviceToken } from '../../shared/devices/device-tokens.ts';
import { type DeviceFailures, makeDeviceFailures } from '../../shared/devices/devices.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';

interface Refusal {
  accountId: string;
  /** Whether there is such an account. */
  isKnown: boolean;
  /** The known device that a wrong password came from, where it is not counted yet; left out for any other. */
  failing?: DeviceToken | null;
  /** Whether the password was right, and an operator has suspended the account; left out where not. */
  isSuspended?: boolean;
  sourceIp: string;
}

/**
 * Makes the refusal of a sign-in: each leaves an entry in the history and a line in the log (ASVS 16.3.1). Who has the password of a
 * suspended account is told so, and no other caller (docs/adr/0067).
 */
const makeRefusePassword =
  ({ history, deviceFailures, log }: { history: SecurityHistory; deviceFailures: DeviceFailures; log: Log }) =>
  async ({ accountId, isKnown, failing = null, isSuspended = false, sourceIp }: Refusal): Promise<Problem> => {
    if (isSuspended) {
      await history.add({ accountId, type: 'sign-in-refused', sourceIp });
      log('warn', 'sign-in', { outcome: 'suspended', account_id: accountId });
      return problem('not-allowed', { detail: 'account-suspended' });
    }
    const event = { accountId, type: 'sign-in-failed', sourceIp } as const;
    const isCounted = failing && (await deviceFailures.count(failing, [history.recordEventWrite(event)]));
    if (!isCounted) await history.add(event);
    log('warn', 'sign-in', { outcome: 'failure', ...(isKnown && { account_id: accountId }) });
    return problem('invalid-credentials');
  };

export type RefusePassword = ReturnType<typeof makeRefusePassword>;

export const provideRefusePassword = (scope: Scope<'events'> & Pick<Ports, 'dynamo'>): RefusePassword =>
  makeRefusePassword({
    ...scope,
    history: scope.use(provideHistory),
    deviceFailures: scope.use(makeDeviceFailures),
  });
