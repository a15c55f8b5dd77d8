import { type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { pendingEmailOf } from '../../shared/account/pending-email.ts';
import type { EmailSide } from '../../shared/contract/email-sides.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { type FindEmailHolder, provideFindEmailHolder } from './find-email-holder.ts';
import {
  type EmailChangeTokenRequest,
  type IssueEmailChangeToken,
  provideIssueEmailChangeToken,
} from './issue-email-change-token.ts';
import { emailReserved, localeOf, type MailDraft, toOwner } from './mail-draft.ts';
import { type MailboxLimit, provideEmailChangeLimit } from './mailbox-limit.ts';

interface DraftEmailChangeDeps {
  accounts: Pick<Accounts, 'find'>;
  findEmailHolder: FindEmailHolder;
  issueEmailChangeToken: IssueEmailChangeToken;
  emailChangeLimit: MailboxLimit;
  clock: Clock;
}

/** Mails about changes of address. */
export interface DraftEmailChange {
  /** For one of the two addresses of a change that is pending. */
  confirmation(
    claimed: Pick<ClaimedIntent, 'intentId'>,
    intent: Extract<MailIntent, { kind: 'email-change' }>,
  ): Promise<MailDraft>;
  /** For the new address of an account, which has no say in an undo. @param changedAt RFC 3339, UTC */
  changed(intent: Extract<MailIntent, { kind: 'email-changed' }>, changedAt: string): Promise<MailDraft>;
}

/** Makes their content, with its token; stored is only the token's hash. */
const makeDraftEmailChange = (deps: DraftEmailChangeDeps): DraftEmailChange => {
  const { accounts, findEmailHolder, issueEmailChangeToken, emailChangeLimit, clock } = deps;

  const draftToken = async (request: EmailChangeTokenRequest & { channel: EmailSide }): Promise<MailDraft> => {
    const { account, pending, channel: side } = request;
    const { email: newEmail, waitsUntilEpochSeconds, wantsOwner = false } = pending;
    const issued = await issueEmailChangeToken(request);
    if (!issued) return null;
    const waitsUntil = waitsUntilEpochSeconds === undefined ? null : toRfc3339(waitsUntilEpochSeconds);
    const draft = toOwner(account, { kind: 'email-change', side, newEmail, waitsUntil, wantsOwner, ...issued });
    return side === 'old' ? draft : { ...draft, to: newEmail };
  };

  return {
    confirmation: async ({ intentId }, { accountId, changeId, side }) => {
      const account = await accounts.find(accountId);
      const pending = account && pendingEmailOf(account, clock.nowSeconds());
      if (!pending || pending.changeId !== changeId || pending.confirmedBy.includes(side)) return null;
      if (side === 'old') return draftToken({ account, pending, channel: side });

      // Who asks learns nothing of the address: its owner gets a mail, under the limit that holds for any other address.
      if (!(await emailChangeLimit.spend({ email: pending.email, intentId }))) return 'refused-mailbox';
      const holder = await findEmailHolder({ email: pending.email, wantedBy: accountId });
      if (!holder) return draftToken({ account, pending, channel: side });
      if (holder.account) return toOwner(holder.account, { kind: 'email-in-use' });
      return emailReserved({ email: pending.email, preferences: [localeOf(account)] }, holder);
    },

    changed: async ({ accountId, email }, changedAt) => {
      const account = await accounts.find(accountId);
      if (account?.email !== email) return null; // changed again meanwhile, or undone
      return toOwner(account, { kind: 'email-changed', changedAt });
    },
  };
};

export const provideDraftEmailChange = (scope: Scope<'emailChange.perMailbox'> & Ports): DraftEmailChange =>
  makeDraftEmailChange({
    ...scope,
    accounts: scope.use(makeAccounts),
    findEmailHolder: scope.use(provideFindEmailHolder),
    issueEmailChangeToken: scope.use(provideIssueEmailChangeToken),
    emailChangeLimit: scope.use(provideEmailChangeLimit),
  });
