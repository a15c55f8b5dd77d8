import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import type { DescribedDevice } from '../../shared/primitives/described-device.ts';
import { type DraftEmailChange, provideDraftEmailChange } from './draft-email-change.ts';
import { type IssueSignUpToken, provideIssueSignUpToken } from './issue-sign-up-token.ts';
import { type IssueSpacedToken, provideIssueSpacedToken } from './issue-spaced-token.ts';
import type { Message } from './mail/compose-message.ts';
import { localeOf, type MailDraft } from './mail-draft.ts';
import { type MailboxLimit, provideMailboxLimit } from './mailbox-limit.ts';
import { recoveryTokens } from './recovery-tokens.ts';
import { signInLinkTokens } from './sign-in-link-tokens.ts';

export interface DraftMailDeps {
  accounts: Pick<Accounts, 'find' | 'findIdByEmail'>;
  issueRecoveryToken: IssueSpacedToken;
  issueSignInLink: IssueSpacedToken;
  issueSignUpToken: IssueSignUpToken;
  draftEmailChange: DraftEmailChange;
  mailboxLimit: MailboxLimit;
}

/** For a message with a token that anybody can ask for, and that goes to an account's own address. */
type SpacedIntent = Extract<MailIntent, { kind: 'recovery' | 'sign-in-link' }>;
type SignUpIntent = Extract<MailIntent, { kind: 'sign-up' }>;
type ProvenElsewhereIntent = Extract<MailIntent, { kind: 'phone-proven-elsewhere' }>;

const UNKNOWN_DEVICE: DescribedDevice = { program: null, system: null };

/** Makes the content of a mail, with its secret; stored are only the secret's salt and hash. */
const makeDraftMail = (deps: DraftMailDeps) => {
  const { accounts, issueSignUpToken, draftEmailChange, mailboxLimit } = deps;
  const issueOf = { recovery: deps.issueRecoveryToken, 'sign-in-link': deps.issueSignInLink };

  const findByEmail = async (email: string): Promise<Account | null> => {
    const accountId = await accounts.findIdByEmail(email);
    return accountId === null ? null : accounts.find(accountId);
  };

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
    return { to: account.email, preferences: [localeOf(account), ...locales], message, handover };
  };

  const draftSignUp = async (
    { intentId }: ClaimedIntent,
    { email, locale, locales }: SignUpIntent,
  ): Promise<MailDraft> => {
    const account = await findByEmail(email);
    if (account) {
      return {
        to: account.email,
        preferences: [localeOf(account), ...locales],
        message: { kind: 'already-registered' },
      };
    }
    // Strangers choose this address, and a mailbox has as many spellings as they like. Mail to an account is never counted here.
    if (!(await mailboxLimit.spend({ email, intentId }))) return 'refused-mailbox';
    const preferences = [locale, ...locales];
    // The account starts with the language of its newest mail.
    const token = await issueSignUpToken({ email, locale: preferences.find(Boolean) ?? null });
    return { to: email, preferences, message: { kind: 'sign-up', ...token } };
  };

  /** A message that goes only to the account's own address. */
  const draftForOwner = async (accountId: string, message: Message): Promise<MailDraft> => {
    const account = await accounts.find(accountId);
    return account && { to: account.email, preferences: [localeOf(account)], message };
  };

  const draftProvenElsewhere = async (
    { accountId, phoneNumber }: ProvenElsewhereIntent,
    happenedAt: string,
  ): Promise<MailDraft> => {
    const account = await accounts.find(accountId);
    if (!account || account.phone?.e164 !== phoneNumber) return null; // given up meanwhile
    const isVerified = account.phone.isVerified ?? true;
    const message: Message = { kind: 'phone-proven-elsewhere', happenedAt, isVerified };
    return { to: account.email, preferences: [localeOf(account)], message };
  };

  return (claimed: ClaimedIntent, intent: MailIntent): Promise<MailDraft> => {
    const at = toRfc3339(Math.floor(claimed.requestedAtMs / 1000));
    switch (intent.kind) {
      case 'recovery':
      case 'sign-in-link':
        return draftSpaced(claimed, intent, at);
      case 'sign-up':
        return draftSignUp(claimed, intent);
      case 'email-change':
        return draftEmailChange.confirmation(claimed, intent);
      case 'email-changed':
        return draftEmailChange.changed(intent, at);
      case 'password-changed':
        return draftForOwner(intent.accountId, { kind: 'password-changed', changedAt: at });
      case 'security-notice': {
        const { accountId, acceptedAgainAtEpochSeconds: again, ...notice } = intent;
        // Mails show minutes, so round up: within the shown minute a code must not be refused.
        const acceptedAgainAt = again === undefined ? undefined : toRfc3339(Math.ceil(again / 60) * 60);
        return draftForOwner(accountId, { ...notice, acceptedAgainAt, happenedAt: at });
      }
      case 'phone-proven-elsewhere':
        return draftProvenElsewhere(intent, at);
    }
  };
};

export type DraftMail = ReturnType<typeof makeDraftMail>;

const provideIssueRecoveryToken = provideIssueSpacedToken(recoveryTokens);
const provideIssueSignInLink = provideIssueSpacedToken(signInLinkTokens);

export const provideDraftMail = (
  scope: Scope<'events' | 'limits.emailChangeToMailbox' | 'limits.mailToMailbox' | 'tokens'> & Ports,
): DraftMail =>
  makeDraftMail({
    accounts: scope.use(makeAccounts),
    issueRecoveryToken: scope.use(provideIssueRecoveryToken),
    issueSignInLink: scope.use(provideIssueSignInLink),
    issueSignUpToken: scope.use(provideIssueSignUpToken),
    draftEmailChange: scope.use(provideDraftEmailChange),
    mailboxLimit: scope.use(provideMailboxLimit),
  });
