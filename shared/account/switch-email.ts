import { problem } from '../contract/problems.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import { type EmailChanges, type EmailSwitch, makeEmailChanges } from './email-changes.ts';
import { provideRecordEventWrite, type RecordEventWrite } from './security-events.ts';

export interface SwitchEmailDeps {
  emailChanges: Pick<EmailChanges, 'switch' | 'cancel'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  log: Log;
}

/** A switch, with the entries of journal and history and the notice to the address of before among its writes. */
export interface AnnouncedSwitch extends EmailSwitch {
  sourceIp: string;
}

/**
 * Gives an account its new address, and tells it there. Where another account has the address by now, or can
 * have it back by an undo, the change ends, and the present address is told; nothing else of the account is touched.
 *
 * @returns whether this was the one of any number of attempts to do so
 * @throws problem conflict where another account has the address
 */
const makeSwitchEmail =
  ({ emailChanges, recordEventWrite, recordIntentWrite, log }: SwitchEmailDeps) =>
  async ({ sourceIp, writes, ...change }: AnnouncedSwitch): Promise<boolean> => {
    const { account, pending } = change;
    const { accountId } = account;
    const tellNew = recordIntentWrite({ kind: 'email-changed', accountId, email: pending.email });
    const outcome = await emailChanges.switch({ ...change, writes: [...writes, tellNew] });
    if (outcome === 'lost') return false;
    if (outcome === 'switched') return true;

    const won = await emailChanges.cancel({
      account,
      pending,
      writes: [
        recordEventWrite({ accountId, type: 'email-change-failed', sourceIp }),
        recordIntentWrite({ kind: 'security-notice', accountId, event: 'email-change-failed' }),
      ],
    });
    if (!won) return false;
    log('warn', 'email-change-failed', { account_id: accountId, outcome: 'failure' });
    throw problem('conflict');
  };

export type SwitchEmail = ReturnType<typeof makeSwitchEmail>;

/** Under the operator's retention of the history. */
export const provideSwitchEmail = (scope: Scope<'events'> & Pick<Ports, 'dynamo'>): SwitchEmail =>
  makeSwitchEmail({
    ...scope,
    emailChanges: scope.use(makeEmailChanges),
    recordEventWrite: scope.use(provideRecordEventWrite),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
