import * as z from 'zod/mini';
import { type Account, accountRow, parseAccount } from '../../shared/account/accounts.ts';
import { dueOf, erasedAccountRow, putDueWrite, removeDueWrite } from '../../shared/account/deletions.ts';
import { createPasswordWrite, passwordRow, setPasswordWrite } from '../../shared/account/passwords.ts';
import type { PendingDeletion } from '../../shared/account/pending-deletion.ts';
import { readPhcString, unusablePhc } from '../../shared/account/phc-string.ts';
import type { OperatorNote, RecordEventWrite, SecurityEventType } from '../../shared/account/security-events.ts';
import type { Changes } from '../../shared/aws/define-row.ts';
import type { Dynamo, Item, Write } from '../../shared/aws/dynamo.ts';
import type { RowOf } from '../../shared/aws/row.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { isUnreadable } from '../../shared/outbox/outbox.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { passwordSettings } from '../../shared/settings/password-settings.ts';
import { type Decision, decideAccount, type Known } from './decide-account.ts';

/** What an account is settled with. */
export interface SettleDeps {
  /** The restored tables, and the outbox in service. */
  dynamo: Pick<Dynamo, 'get' | 'transact'>;
  /** A later state of Accounts; `null` where there is none. */
  newer: Pick<Dynamo, 'get'> | null;
  /** What the backup is of. */
  restoredToEpochSeconds: number;
  /** Who runs the command, for the history. */
  operator: OperatorNote;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  clock: Clock;
  randomness: Randomness;
  /** Decides and changes nothing. */
  dryRun: boolean;
}

/** What came of an account. `already`: an earlier run has settled it. */
export type Settled =
  | { outcome: 'already' | 'unreadable' }
  | { outcome: 'settled'; accountId: string; decision: Decision };

/** The account was changed while it was being settled: the functions are not stopped. */
class StillInService extends Error {
  override readonly name = 'StillInService';
}

const readable = <Row>(read: () => Row): Row | null => {
  try {
    return read();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return null;
  }
};

const laterOf = async ({ newer }: SettleDeps, accountId: string): Promise<Pick<Known, 'account' | 'erased'>> => {
  if (!newer) return { account: null, erased: null };
  const [account, erased] = await Promise.all([
    newer.get('accounts', accountRow.key(accountId)),
    newer.get('accounts', erasedAccountRow.key(accountId)),
  ]);
  return {
    account: account && readable(() => parseAccount(account)),
    erased: erased && erasedAccountRow.parse(erased),
  };
};

/** Of the grace that the deletion had: the command doesn't know the setting. */
const restarted = (of: PendingDeletion, { clock, randomness }: SettleDeps): PendingDeletion => {
  const nowSeconds = clock.nowSeconds();
  const graceSeconds = of.erasesAtEpochSeconds - of.requestedAtEpochSeconds;
  return {
    ...of,
    deletionId: randomness.uuid(), // the links of before are good for nothing
    requestedAtEpochSeconds: nowSeconds,
    erasesAtEpochSeconds: nowSeconds + graceSeconds,
  };
};

interface Part {
  set: NonNullable<Changes<RowOf<typeof accountRow>>['set']>;
  remove: ('deletion' | 'suspendedAtEpochSeconds' | 'recoveryPhone')[];
  writes: Write[];
}

const NOTHING: Part = { set: {}, remove: [], writes: [] };

const deletionPart = (account: Account, { deletion }: Decision, deps: SettleDeps): Part => {
  const { accountId } = account;
  const note = (type: SecurityEventType): Write =>
    deps.recordEventWrite({ accountId, type, sourceIp: null, operator: deps.operator });
  const was = account.deletion ? removeDueWrite(dueOf(accountId, account.deletion)) : null;
  if (!('of' in deletion)) {
    if (deletion.act === 'none') return NOTHING;
    return { set: {}, remove: ['deletion'], writes: [...(was ? [was] : []), note('deletion-cancelled')] };
  }

  const of = deletion.act === 'restart' ? restarted(deletion.of, deps) : deletion.of;
  const due = putDueWrite(dueOf(accountId, of));
  const isSameEntry = account.deletion?.erasesAtEpochSeconds === of.erasesAtEpochSeconds;
  const about = { accountId, deletionId: of.deletionId };
  const messages =
    deletion.act === 'erase'
      ? []
      : [
          note('deletion-requested'),
          deps.recordIntentWrite({ kind: 'deletion-requested', ...about }),
          ...(account.phone ? [deps.recordIntentWrite({ kind: 'deletion-sms', ...about })] : []),
        ];
  return { set: { deletion: of }, remove: [], writes: [...(was && !isSameEntry ? [was] : []), due, ...messages] };
};

const suspensionPart = ({ accountId }: Account, { suspension }: Decision, deps: SettleDeps): Part => {
  const { operator, recordEventWrite, clock } = deps;
  const note = (type: SecurityEventType): Write => recordEventWrite({ accountId, type, sourceIp: null, operator });
  switch (suspension) {
    case 'set':
      return { set: { suspendedAtEpochSeconds: clock.nowSeconds() }, remove: [], writes: [note('operator-suspended')] };
    case 'lift':
      return { set: {}, remove: ['suspendedAtEpochSeconds'], writes: [note('operator-lifted')] };
    case 'none':
      return NOTHING;
  }
};

/** The cost of a hash where there is none to take it from: the least that a service may have. */
const LEAST_COST = z.parse(passwordSettings.argon2, {});

const passwordWrites = (
  { accountId, email }: Account,
  { voidsPassword, mailsRecovery, epoch }: Decision,
  stored: Item | null,
  { randomness, operator, recordEventWrite, recordIntentWrite }: SettleDeps,
): Write[] => {
  if (!voidsPassword) return [];
  const parameters = (stored && readPhcString(passwordRow.parse(stored).phc)?.parameters) ?? LEAST_COST;
  const phc = unusablePhc(parameters, randomness);
  return [
    (stored ? setPasswordWrite : createPasswordWrite)({ accountId, phc, epoch }),
    recordEventWrite({ accountId, type: 'operator-voided-password', sourceIp: null, operator }),
    ...(mailsRecovery
      ? [
          recordIntentWrite({ kind: 'operator-notice', accountId, act: 'password-voided' }),
          recordIntentWrite({ kind: 'recovery', email, locales: [] }),
        ]
      : []),
  ];
};

/**
 * Settles one account of the restored tables, in one transaction, once: a second run with the same backup leaves it alone.
 *
 * @param item its row, as it was read
 * @throws StillInService, StoreUnavailable
 */
export const settleAccount = async (deps: SettleDeps, item: Item): Promise<Settled> => {
  const account = readable(() => parseAccount(item));
  if (!account) return { outcome: 'unreadable' };
  const { dynamo, restoredToEpochSeconds, dryRun } = deps;
  const { accountId } = account;
  if (account.restoredToEpochSeconds === restoredToEpochSeconds) return { outcome: 'already' };

  const [later, password] = await Promise.all([
    laterOf(deps, accountId),
    dynamo.get('credentials', passwordRow.key(accountId)),
  ]);
  const decision = decideAccount(account, {
    ...later,
    hasPassword: password !== null,
    nowSeconds: deps.clock.nowSeconds(),
  });
  if (dryRun) return { outcome: 'settled', accountId, decision };
  const deletion = deletionPart(account, decision, deps);
  const suspension = suspensionPart(account, decision, deps);
  const { frozenUntilEpochSeconds } = decision;
  const frozen = frozenUntilEpochSeconds === null ? {} : { frozenUntilEpochSeconds };
  const { won } = await dynamo.transact([
    accountRow.updateWrite(
      accountRow.key(accountId),
      {
        set: { epoch: decision.epoch, restoredToEpochSeconds, ...frozen, ...deletion.set, ...suspension.set },
        remove: [
          ...deletion.remove,
          ...suspension.remove,
          ...(decision.dropsRecoveryPhone ? (['recoveryPhone'] as const) : []),
        ],
      },
      accountRow.when.is('epoch', account.epoch),
    ),
    ...deletion.writes,
    ...suspension.writes,
    ...passwordWrites(account, decision, password, deps),
  ]);
  if (!won) throw new StillInService();
  return { outcome: 'settled', accountId, decision };
};
