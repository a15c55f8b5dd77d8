import type { Condition } from '../aws/conditions.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import type { EmailChangeChannel, EmailSide } from '../contract/email-sides.ts';
import { UNDO_SECONDS } from '../contract/lifetimes.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Account, accountRow, parseAccount, sessionIsCurrent } from './accounts.ts';
import { countChange, type JournalledChange } from './change-journal.ts';
import { emailChangeTokenRow } from './email-change-rows.ts';
import { claimEmailWrite, reserveEmailWrite } from './email-claims.ts';
import { type PendingEmail, pendingEmailOf } from './pending-email.ts';
import type { Principal } from './principal.ts';
import type { ProfileContent } from './profile.ts';

/** A pending change, and the account as it was read with it. */
interface EmailChange {
  account: Account;
  pending: PendingEmail;
}

/** A change that a token leads to. */
interface ToldEmailChange extends EmailChange {
  channel: EmailChangeChannel;
}

/** A change that the token of one of its addresses leads to. */
export interface MailedEmailChange extends EmailChange {
  side: EmailSide;
}

/** The switch of an account to its new address. */
export interface EmailSwitch extends EmailChange {
  /** Where a signed-in owner switches: the session that must not have ended, and what the profile says from then on. */
  owner?: { principal: Principal; content: ProfileContent };
  /** The entry of the journal; its own write is among the writes. */
  journalled: JournalledChange;
  writes: readonly Write[];
}

/** Changes of address between the request and the switch. */
export interface EmailChanges {
  /**
   * Reads the same rows for a token that is good and for one that isn't.
   *
   * @returns `null` for a token that is unknown or expired, or whose change has ended: it was switched, cancelled or replaced, has
   * expired, or the account has left the epoch in which it was asked for
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<ToldEmailChange | null>;
  /** Notes that an address has confirmed a change that is as it was read. @returns whether this was the one to do so @throws StoreUnavailable */
  confirm(confirmation: MailedEmailChange & { writes: readonly Write[] }): Promise<boolean>;
  /**
   * Gives the account its new address, reserves the old one for an undo and raises the epoch, or does nothing: the change has to be as it was read.
   * @returns `taken` where another account has the address; `lost` for all but one of any number of attempts
   * @throws StoreUnavailable
   */
  switch(change: EmailSwitch): Promise<'switched' | 'taken' | 'lost'>;
  /** Ends the change, also where one or both have confirmed it. @returns whether this was the one to do so @throws StoreUnavailable */
  cancel(cancellation: EmailChange & { writes: readonly Write[] }): Promise<boolean>;
}

const { when } = accountRow;

/** The change is pending still, also where it was confirmed since it was read: a veto wins over that. */
const isPending = ({ account: { epoch }, pending: { changeId } }: EmailChange, nowSeconds: number): Condition =>
  when.and(
    when.is('epoch', epoch),
    when.is(['pendingEmail', 'changeId'], changeId),
    when.above(['pendingEmail', 'expiresAtEpochSeconds'], nowSeconds),
  );

/** The change is as it was read. */
const isAsRead = (change: EmailChange, nowSeconds: number): Condition =>
  when.and(isPending(change, nowSeconds), when.is(['pendingEmail', 'confirmedBy'], change.pending.confirmedBy));

/** Opens the changes of address. */
export const makeEmailChanges = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): EmailChanges => ({
  find: async (tokenHash) => {
    const nowSeconds = clock.nowSeconds();
    const item = await dynamo.get('tokens', emailChangeTokenRow.key(tokenHash));
    const token = item && emailChangeTokenRow.parse(item);
    // No account has the hash for its id: an unknown token takes as many reads as a known one.
    const accountItem = await dynamo.get('accounts', accountRow.key(token?.accountId ?? tokenHash));
    if (!token || isExpired(token, nowSeconds) || !accountItem) return null;
    const account = parseAccount(accountItem);
    const pending = pendingEmailOf(account, nowSeconds);
    // To the number go few SMS, and it only ever cancels: its newest link is good for what replaced the change that it told of.
    const isOfPending =
      pending?.changeId === token.changeId || (token.channel === 'phone' && pending?.epoch === token.epoch);
    return pending && isOfPending ? { account, pending, channel: token.channel } : null;
  },

  confirm: async ({ side, writes, ...change }) => {
    const { account, pending } = change;
    const result = await dynamo.transact([
      accountRow.updateWrite(
        accountRow.key(account.accountId),
        {
          setAt: [
            [
              ['pendingEmail', 'confirmedBy'],
              [...pending.confirmedBy, side],
            ],
          ],
          increase: { profileVersion: 1 },
        },
        isAsRead(change, clock.nowSeconds()),
      ),
      ...writes,
    ]);
    return result.won;
  },

  switch: async ({ owner, journalled, writes, ...change }) => {
    const { account, pending } = change;
    const { accountId, epoch, profileVersion } = account;
    const nowSeconds = clock.nowSeconds();
    const counted = countChange(journalled);
    const result = await dynamo.transact([
      accountRow.updateWrite(
        accountRow.key(accountId),
        {
          set: {
            ...counted.set,
            email: pending.email,
            epoch: epoch + 1,
            updatedAtEpochSeconds: nowSeconds,
            emailGoodSinceEpochSeconds: nowSeconds,
            ...(owner && { claims: owner.content.claims, metadata: JSON.stringify(owner.content.metadata) }),
          },
          increase: { profileVersion: 1 },
          remove: ['pendingEmail', 'emailMark'],
        },
        when.and(
          isAsRead(change, nowSeconds),
          counted.when,
          ...(owner ? [sessionIsCurrent(owner.principal), when.is('profileVersion', profileVersion)] : []),
        ),
      ),
      claimEmailWrite({ email: pending.email, accountId }, nowSeconds),
      reserveEmailWrite({ email: account.email, accountId }, nowSeconds + UNDO_SECONDS),
      ...writes,
    ]);
    if (result.won) return 'switched';
    const [ofAccount, ofClaim] = result.refusals;
    return ofClaim && !ofAccount ? 'taken' : 'lost';
  },

  cancel: async ({ writes, ...change }) => {
    const result = await dynamo.transact([
      accountRow.updateWrite(
        accountRow.key(change.account.accountId),
        { increase: { profileVersion: 1 }, remove: ['pendingEmail'] },
        isPending(change, clock.nowSeconds()),
      ),
      ...writes,
    ]);
    return result.won;
  },
});
