import { type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { type ExportLinks, provideExportLinks } from '../../shared/data-export/export-links.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { phoneHint } from '../../shared/two-factor/second-factors.ts';
import { type DraftEmailChange, provideDraftEmailChange } from './draft-email-change.ts';
import { type DraftEmailProof, provideDraftEmailProof } from './draft-email-proof.ts';
import { type DraftFactorReset, provideDraftFactorReset } from './draft-factor-reset.ts';
import { type DraftNewDevice, provideDraftNewDevice } from './draft-new-device.ts';
import { type FindEmailHolder, provideFindEmailHolder } from './find-email-holder.ts';
import { type IssueDeletionToken, provideIssueDeletionToken } from './issue-deletion-token.ts';
import { type IssueRecoveryVeto, provideIssueRecoveryVeto } from './issue-recovery-veto.ts';
import { type IssueSignUpToken, provideIssueSignUpToken } from './issue-sign-up-token.ts';
import { type IssueSpacedToken, provideIssueSpacedToken } from './issue-spaced-token.ts';
import { type IssueUndoLink, provideIssueUndoLink } from './issue-undo-link.ts';
import type { Message } from './mail/message.ts';
import { emailReserved, type MailDraft, toOwner, UNKNOWN_DEVICE } from './mail-draft.ts';
import { type MailboxLimit, provideMailboxLimit } from './mailbox-limit.ts';
import { recoveryTokens, undoRecoveryTokens } from './recovery-tokens.ts';
import { signInLinkTokens } from './sign-in-link-tokens.ts';

export interface DraftMailDeps {
  accounts: Pick<Accounts, 'find' | 'findIdByEmail'>;
  findEmailHolder: FindEmailHolder;
  issueRecoveryToken: IssueSpacedToken;
  issueSignInLink: IssueSpacedToken;
  issueUndoRecovery: IssueSpacedToken;
  issueUndoLink: IssueUndoLink;
  issueRecoveryVeto: IssueRecoveryVeto;
  issueSignUpToken: IssueSignUpToken;
  issueDeletionToken: IssueDeletionToken;
  exportLinks: Pick<ExportLinks, 'issue'>;
  draftEmailChange: DraftEmailChange;
  draftEmailProof: DraftEmailProof;
  draftFactorReset: DraftFactorReset;
  draftNewDevice: DraftNewDevice;
  mailboxLimit: MailboxLimit;
}

/** For a message with a token that strangers can ask for, and that goes to an account's own address. */
type SpacedIntent = Extract<MailIntent, { kind: 'recovery' | 'sign-in-link' }>;
type SignUpIntent = Extract<MailIntent, { kind: 'sign-up' }>;
type ByPhoneIntent = Extract<MailIntent, { kind: 'recovery-by-phone' }>;
type DeletionIntent = Extract<MailIntent, { kind: 'deletion-requested' }>;
type ExportIntent = Extract<MailIntent, { kind: 'export-ready' }>;
type ProvenElsewhereIntent = Extract<MailIntent, { kind: 'phone-proven-elsewhere' }>;

/** For a message about a change of the account. */
type NoticeIntent = Extract<MailIntent, { kind: 'password-changed' | 'security-notice' }>;
type NoticeMessage = Extract<Message, { kind: 'password-changed' | 'security-notice' }>;

/** Makes the content of a mail, with its secret; stored are only the secret's salt and hash. */
const makeDraftMail = (deps: DraftMailDeps) => {
  const { accounts, findEmailHolder, issueSignUpToken, draftEmailChange, mailboxLimit } = deps;
  const issueOf = { recovery: deps.issueRecoveryToken, 'sign-in-link': deps.issueSignInLink };

  const draftSpaced = async (
    claimed: ClaimedIntent,
    { kind, email, locales, device = UNKNOWN_DEVICE }: SpacedIntent,
    requestedAt: string,
  ): Promise<MailDraft> => {
    const accountId = await accounts.findIdByEmail(email);
    const issued = accountId === null ? 'no-account' : await issueOf[kind]({ ...claimed, accountId });
    if (issued === 'no-account') return null; // no mail, and no difference in the answer (enumeration)
    if (issued === 'spaced') return null; // the person has a mail whose token lives
    const { account, token, validSeconds, ...handover } = issued;
    const message: Message = { kind, token, validSeconds, requestedAt, device };
    return { ...toOwner(account, message, locales), handover };
  };

  const draftSignUp = async (
    { intentId }: ClaimedIntent,
    { email, locale, locales }: SignUpIntent,
  ): Promise<MailDraft> => {
    const holder = await findEmailHolder({ email, wantedBy: null });
    if (holder?.account) return toOwner(holder.account, { kind: 'already-registered' }, locales);
    // Strangers choose this address, and a mailbox has as many spellings as they like. Mail to an account is never counted here.
    if (!(await mailboxLimit.spend({ email, intentId }))) return 'refused-mailbox';
    const preferences = [locale, ...locales];
    if (holder) return emailReserved({ email, preferences }, holder);
    // The account starts with the language of its newest mail.
    const token = await issueSignUpToken({ email, locale: preferences.find(Boolean) ?? null });
    return { to: email, preferences, message: { kind: 'sign-up', ...token } };
  };

  /** A message that goes only to the account's own address. */
  const draftForOwner = async (accountId: string, message: Message): Promise<MailDraft> => {
    const account = await accounts.find(accountId);
    return account && toOwner(account, message);
  };

  /**
   * A message about a change. It goes to the address of before, with the link that undoes the change; or to the present one without a link,
   * where there is nothing to undo.
   */
  const draftNotice = async (
    { accountId, change: reference }: NoticeIntent,
    message: NoticeMessage,
  ): Promise<MailDraft> => {
    if (!reference) return draftForOwner(accountId, message);
    const { account, told } = await deps.issueUndoLink({ accountId, reference, channel: 'mail' });
    if (!account) return null;
    if (!told || told.token === null) return toOwner(account, message);
    const undo = { token: told.token, until: toRfc3339(told.expiresAtEpochSeconds) };
    return { ...toOwner(account, { ...message, undo }), to: told.image.email };
  };

  const draftUndone = async (claimed: ClaimedIntent, accountId: string): Promise<MailDraft> => {
    const issued = await deps.issueUndoRecovery({ ...claimed, accountId });
    if (typeof issued === 'string') return null;
    const { account, token, validSeconds, ...handover } = issued;
    const message: Message = { kind: 'change-undone', token, validSeconds };
    return { ...toOwner(account, message), handover };
  };

  const draftByPhone = async (
    { accountId, locales, device = UNKNOWN_DEVICE }: ByPhoneIntent,
    requestedAt: string,
  ): Promise<MailDraft> => {
    const veto = await deps.issueRecoveryVeto(accountId);
    if (!veto) return null; // used or called off meanwhile
    const { account, phoneNumber, token } = veto;
    const message: Message = {
      kind: 'recovery-by-phone',
      token,
      phoneHint: phoneHint(phoneNumber),
      requestedAt,
      device,
    };
    return toOwner(account, message, locales);
  };

  const draftDeletion = async (intent: DeletionIntent, requestedAt: string): Promise<MailDraft> => {
    const issued = await deps.issueDeletionToken(intent, 'mail');
    if (!issued) return null; // cancelled meanwhile
    const { account, token, deletion } = issued;
    const by = deletion.operator === undefined ? 'owner' : 'support';
    const erasesAt = toRfc3339(deletion.erasesAtEpochSeconds);
    return toOwner(account, { kind: 'deletion-requested', by, token, requestedAt, erasesAt });
  };

  const draftExport = async ({ accountId, exportId }: ExportIntent): Promise<MailDraft> => {
    const account = await accounts.find(accountId);
    const issued = account && (await deps.exportLinks.issue(account, exportId));
    return issued && toOwner(account, { kind: 'export-ready', ...issued });
  };

  const draftProvenElsewhere = async (
    { accountId, phoneNumber }: ProvenElsewhereIntent,
    happenedAt: string,
  ): Promise<MailDraft> => {
    const account = await accounts.find(accountId);
    if (!account || account.phone?.e164 !== phoneNumber) return null; // given up meanwhile
    const isVerified = account.phone.isVerified ?? true;
    const message: Message = { kind: 'phone-proven-elsewhere', happenedAt, isVerified };
    return toOwner(account, message);
  };

  return (claimed: ClaimedIntent, intent: MailIntent): Promise<MailDraft> => {
    const at = toRfc3339(Math.floor(claimed.requestedAtMs / 1000));
    switch (intent.kind) {
      case 'recovery-by-phone':
        return draftByPhone(intent, at);
      case 'recovery':
      case 'sign-in-link':
        return draftSpaced(claimed, intent, at);
      case 'sign-in-code':
        return deps.draftNewDevice.code(claimed, intent);
      case 'new-device':
        return deps.draftNewDevice.notice(claimed, intent);
      case 'sign-up':
        return draftSignUp(claimed, intent);
      case 'email-change':
        return draftEmailChange.confirmation(claimed, intent);
      case 'email-changed':
        return draftEmailChange.changed(intent, at);
      case 'email-proof':
        return deps.draftEmailProof(intent);
      case 'password-changed':
        return draftNotice(intent, { kind: 'password-changed', changedAt: at });
      case 'change-undone':
        return draftUndone(claimed, intent.accountId);
      case 'deletion-requested':
        return draftDeletion(intent, at);
      case 'export-ready':
        return draftExport(intent);
      case 'security-notice': {
        const { accountId: _, change: __, acceptedAgainAtEpochSeconds: again, ...notice } = intent;
        // Mails show minutes, so round up: within the shown minute a code must not be refused.
        const acceptedAgainAt = again === undefined ? undefined : toRfc3339(Math.ceil(again / 60) * 60);
        return draftNotice(intent, { ...notice, acceptedAgainAt, happenedAt: at });
      }
      case 'operator-notice':
        return draftForOwner(intent.accountId, { kind: 'operator-notice', act: intent.act, happenedAt: at });
      case 'factor-reset':
        return deps.draftFactorReset.mail(intent);
      case 'phone-proven-elsewhere':
        return draftProvenElsewhere(intent, at);
    }
  };
};

export type DraftMail = ReturnType<typeof makeDraftMail>;

const provideIssueRecoveryToken = provideIssueSpacedToken(recoveryTokens);
const provideIssueUndoRecovery = provideIssueSpacedToken(undoRecoveryTokens);
const provideIssueSignInLink = provideIssueSpacedToken(signInLinkTokens);

export const provideDraftMail = (
  scope: Scope<'emailChange.perMailbox' | 'events' | 'limits.mailToMailbox' | 'tokens'> & Ports,
): DraftMail =>
  makeDraftMail({
    accounts: scope.use(makeAccounts),
    findEmailHolder: scope.use(provideFindEmailHolder),
    issueRecoveryToken: scope.use(provideIssueRecoveryToken),
    issueSignInLink: scope.use(provideIssueSignInLink),
    issueUndoRecovery: scope.use(provideIssueUndoRecovery),
    issueUndoLink: scope.use(provideIssueUndoLink),
    issueRecoveryVeto: scope.use(provideIssueRecoveryVeto),
    issueDeletionToken: scope.use(provideIssueDeletionToken),
    exportLinks: scope.use(provideExportLinks),
    issueSignUpToken: scope.use(provideIssueSignUpToken),
    draftEmailChange: scope.use(provideDraftEmailChange),
    draftEmailProof: scope.use(provideDraftEmailProof),
    draftFactorReset: scope.use(provideDraftFactorReset),
    draftNewDevice: scope.use(provideDraftNewDevice),
    mailboxLimit: scope.use(provideMailboxLimit),
  });
