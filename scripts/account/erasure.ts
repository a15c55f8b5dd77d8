import type { Account } from '../../shared/account/accounts.ts';
import { accountRow } from '../../shared/account/accounts.ts';
import { isFrozen } from '../../shared/account/change-journal.ts';
import { beginDeletionWrites, cancelDeletionWrites } from '../../shared/account/deletions.ts';
import { isEmailDeliverable } from '../../shared/account/email-mark.ts';
import type { PendingDeletion } from '../../shared/account/pending-deletion.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { DAY } from '../../shared/settings/seconds.ts';
import {
  type ActDeps,
  type ActInput,
  type ActResult,
  CHANGED,
  done,
  findAccount,
  GONE,
  noteWrite,
  refused,
  toldWrite,
} from './acts.ts';

/** By what an owner is told of the deletion, as a sentence says it. Mail to an address that bounces is not sent (docs/adr/0062). */
export const toldBy = (account: Pick<Account, 'emailMark' | 'phone'>): string => {
  const isByMail = isEmailDeliverable(account);
  if (account.phone) return isByMail ? 'by mail and SMS' : 'by SMS alone, since mail does not reach the address';
  return isByMail ? 'by mail' : 'by nothing: mail does not reach the address, and there is no number';
};

const waiting = ({ erasesAtEpochSeconds, operator }: PendingDeletion): ActResult => {
  const waitsUntil = toRfc3339(erasesAtEpochSeconds);
  const asker = operator ?? 'its owner';
  const text = `The account is to be erased already, on ${waitsUntil}: ${asker} has asked for it. Nothing was done.`;
  return { outcome: 'waiting', text, waitsUntil };
};

/**
 * Has an account erased, by the same request that its owner can make (docs/adr/0074): everybody is signed out, each channel gets a link that
 * keeps the account, and erase-accounts erases it once the days are over. The tokens of the links are made at delivery, where the keyring is.
 */
export const erase = async (deps: ActDeps, input: ActInput & { graceDays: number }): Promise<ActResult> => {
  const { dynamo, clock, randomness, recordIntentWrite } = deps;
  const { accountId, operator, graceDays } = input;
  const account = await findAccount(deps, accountId);
  if (!account) return refused(GONE);
  if (account.deletion) return waiting(account.deletion);
  const nowSeconds = clock.nowSeconds();
  if (isFrozen(account, nowSeconds)) {
    const until = toRfc3339(account.frozenUntilEpochSeconds ?? nowSeconds);
    // Who has taken an account over, and has just lost it by the undo, may be the one who asks for this.
    return refused(
      `A change of the account was undone, so it is not erased before ${until}. Make sure who asks for it.`,
    );
  }

  const deletion: PendingDeletion = {
    deletionId: randomness.uuid(),
    operator: operator.by,
    requestedAtEpochSeconds: nowSeconds,
    erasesAtEpochSeconds: nowSeconds + graceDays * DAY,
  };
  const about = { accountId, deletionId: deletion.deletionId };
  const { epoch } = account;
  const { won } = await dynamo.transact([
    // The channels that are told are the account's: the epoch rises with each change of them.
    ...beginDeletionWrites({ accountId, epoch, deletion }, accountRow.when.is('epoch', epoch)),
    noteWrite(deps, input, 'operator-requested-deletion'),
    recordIntentWrite({ kind: 'deletion-requested', ...about }),
    ...(account.phone ? [recordIntentWrite({ kind: 'deletion-sms', ...about })] : []),
  ]);
  if (!won) {
    const now = await findAccount(deps, accountId);
    return now?.deletion ? waiting(now.deletion) : refused(CHANGED);
  }
  const waitsUntil = toRfc3339(deletion.erasesAtEpochSeconds);
  const text = `Everybody is signed out, and the owner is told ${toldBy(account)}. The account is erased on ${waitsUntil}, unless the link of the message or stop-erase keeps it.`;
  return { outcome: 'begun', text, waitsUntil };
};

/** Keeps an account that is to be erased, whoever asked for it: it is what it was, and nobody is signed in. */
export const stopErase = async (deps: ActDeps, input: ActInput): Promise<ActResult> => {
  const { accountId } = input;
  const account = await findAccount(deps, accountId);
  if (!account) return refused(GONE);
  if (!account.deletion) return refused('The account is not to be erased.');
  const { won } = await deps.dynamo.transact([
    ...cancelDeletionWrites(accountId, account.deletion, deps.clock.nowSeconds()),
    noteWrite(deps, input, 'operator-cancelled-deletion'),
    toldWrite(deps, accountId, 'deletion-cancelled'),
    ...(account.phone ? [deps.recordIntentWrite({ kind: 'sms-notice', accountId, about: 'kept' })] : []),
  ]);
  return won
    ? done('The account stays as it was. Its owner is told, and the links in the messages about it end.')
    : refused(CHANGED);
};
