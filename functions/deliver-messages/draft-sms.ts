import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { pendingEmailOf } from '../../shared/account/pending-email.ts';
import { isSessionCurrent } from '../../shared/account/principal.ts';
import { provenNumberOf } from '../../shared/account/proven-number.ts';
import { makeDerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { isOfLostMail, type LostMail, type SmsIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { chooseLanguage, type Language } from '../../shared/primitives/language.ts';
import { TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { type FactorStore, makeFactorStore } from '../../shared/two-factor/factors.ts';
import { makeVerifications, type Verification, type Verifications } from '../../shared/two-factor/verifications.ts';
import { type DraftFactorReset, provideDraftFactorReset } from './draft-factor-reset.ts';
import { type DraftRecoverySms, provideDraftRecoverySms } from './draft-recovery-sms.ts';
import { type IssueDeletionToken, provideIssueDeletionToken } from './issue-deletion-token.ts';
import { type IssueEmailChangeToken, provideIssueEmailChangeToken } from './issue-email-change-token.ts';
import { type IssueSmsCode, makeIssueSmsCode } from './issue-sms-code.ts';
import { type IssueUndoLink, provideIssueUndoLink } from './issue-undo-link.ts';
import { localeOf } from './mail-draft.ts';
import { composeLostMailSms } from './sms/compose-lost-mail-sms.ts';
import { composeNoticeSms } from './sms/compose-notice-sms.ts';
import { composeSms } from './sms/compose-sms.ts';
import type { SmsDraft } from './sms-draft.ts';

interface DraftSmsDeps {
  accounts: Pick<Accounts, 'find'>;
  factors: FactorStore;
  verifications: Pick<Verifications, 'find'>;
  issueSmsCode: IssueSmsCode;
  issueUndoLink: IssueUndoLink;
  issueEmailChangeToken: IssueEmailChangeToken;
  draftFactorReset: DraftFactorReset;
  draftRecovery: DraftRecoverySms;
  issueDeletionToken: IssueDeletionToken;
  clock: Clock;
  settings: {
    productName: string;
    publicUrl: string;
    defaultLanguage: Language;
    sms: { appHash: string | null };
  };
}

type CodeIntent = Extract<SmsIntent, { kind: 'sms-code' }>;
type DeletionIntent = Extract<SmsIntent, { kind: 'deletion-sms' }>;
type EmailChangeIntent = Extract<SmsIntent, { kind: 'email-change-sms' }>;
type FactorResetIntent = Extract<SmsIntent, { kind: 'factor-reset-sms' }>;
type NoticeIntent = Extract<SmsIntent, { kind: 'sms-notice' }>;

/**
 * Deliveries for one verification can meet; of two at least one stores a code that the other finds.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const ISSUE_ATTEMPTS = 3;

const PURPOSES = {
  'sign-in': 'sign-in',
  reauthenticate: 'sign-in',
  factor: 'factor',
  recovery: 'recovery',
  contact: 'phone',
  phone: 'phone',
} as const;

/** verify-code and reauthenticate count a returned code for the same class. */
const ASKERS = {
  'sign-in': 'owner',
  reauthenticate: 'owner',
  factor: 'account',
  recovery: 'account',
  contact: 'account',
  phone: 'anyone',
} as const;

/** Makes the text of an SMS, with its code; stored are only the code's salt and hash. */
const makeDraftSms = (deps: DraftSmsDeps) => {
  const { accounts, factors, verifications, issueSmsCode, settings } = deps;

  const languageOf = (account: Account | null, locales: readonly string[]): Language =>
    chooseLanguage([account && localeOf(account), ...locales], settings.defaultLanguage);

  /** The destination of a code: the number to be proven, or else the account's own. */
  const destinationOf = async ({ purpose, accountId, phoneNumber, country }: Verification, asked: string | null) => {
    if (purpose !== 'sign-in' && purpose !== 'reauthenticate') {
      // A later request of the same session may have named another number, which has an intent of its own.
      const isStillAsked = phoneNumber !== null && phoneNumber === asked;
      return isStillAsked && country !== null ? { e164: phoneNumber, country } : null;
    }
    const { sms } = await factors.find(accountId ?? '');
    return sms && (asked === null || asked === sms.phoneNumber)
      ? { e164: sms.phoneNumber, country: sms.country }
      : null;
  };

  const attemptCode = async (
    { requestedAtMs }: ClaimedIntent,
    intent: CodeIntent,
  ): Promise<SmsDraft | 'changed-meanwhile'> => {
    const { verificationId, locales } = intent;
    const verification = await verifications.find(verificationId);
    // After the last attempt, a reset or the session's end the code is useless: it would alarm its receiver, and cost
    // money.
    if (!verification || verification.tries >= TRIES_PER_CHALLENGE) return null;
    const { accountId, epoch } = verification;
    const account = accountId === null ? null : await accounts.find(accountId);
    // A session's verification has the session's id; a sign-in's verification belongs to no session, so it can't be
    // revoked.
    const caller = { epoch: epoch ?? 0, sessionId: verificationId };
    if (accountId !== null && !isSessionCurrent(account, caller)) return null;
    const to = await destinationOf(verification, intent.phoneNumber);
    if (!to) return null;

    const issued = await issueSmsCode({ verification, to, requestedAtMs });
    if (!issued) return 'changed-meanwhile';

    const language = languageOf(account, locales);
    const text = composeSms({
      ...issued,
      purpose: PURPOSES[verification.purpose],
      language,
      productName: settings.productName,
      host: new URL(settings.publicUrl).hostname,
      appHash: settings.sms.appHash,
    });
    const code = { value: issued.code, validSeconds: issued.validSeconds, language };
    return { to, requestedBy: ASKERS[verification.purpose], text, code };
  };

  const draftCode = async (claimed: ClaimedIntent, intent: CodeIntent): Promise<SmsDraft> => {
    for (let attempt = 0; attempt < ISSUE_ATTEMPTS; attempt += 1) {
      const draft = await attemptCode(claimed, intent);
      if (draft !== 'changed-meanwhile') return draft;
    }
    throw new Error('a code kept losing to others of its verification');
  };

  /** Tells of a mail that did not reach the owner. */
  const draftLostMail = async (accountId: string, about: LostMail): Promise<SmsDraft> => {
    const account = await accounts.find(accountId);
    const to = account && provenNumberOf(account);
    if (!to) return null;
    const text = composeLostMailSms({ about, language: languageOf(account, []), productName: settings.productName });
    return { to, requestedBy: 'notice', text };
  };

  /** Tells a number of before a change; or that of after an undo, which is the same. That of recovery gets no link, which is the profile's. */
  const draftNotice = async ({ accountId, about, to: which, change: reference }: NoticeIntent): Promise<SmsDraft> => {
    if (isOfLostMail(about)) return draftLostMail(accountId, about);
    const channel = which === undefined ? 'sms' : null;
    const { account, told } = reference
      ? await deps.issueUndoLink({ accountId, reference, channel })
      : { account: await accounts.find(accountId), told: null };
    if (about === 'change' && !told) return null; // undone meanwhile, of which another SMS tells
    const of = told ? told.image : account;
    const to = which === undefined ? of?.phone : of?.recoveryPhone;
    if (!account || !to) return null;
    const language = languageOf(account, []);
    const { publicUrl, productName } = settings;
    const text = composeNoticeSms({ about, token: told?.token ?? null, language, publicUrl, productName });
    return { to, requestedBy: 'notice', text };
  };

  /** Tells the number of a change of address that waits, and how to cancel it. */
  const draftEmailChange = async ({ accountId, changeId }: EmailChangeIntent): Promise<SmsDraft> => {
    const account = await accounts.find(accountId);
    const pending = account && pendingEmailOf(account, deps.clock.nowSeconds());
    if (!account?.phone || !pending || pending.changeId !== changeId) return null;
    const issued = await deps.issueEmailChangeToken({ account, pending, channel: 'phone' });
    if (!issued) return null;
    const { publicUrl, productName } = settings;
    const language = languageOf(account, []);
    const text = composeNoticeSms({ about: 'email-change', token: issued.token, language, publicUrl, productName });
    return { to: account.phone, requestedBy: 'pending', text };
  };

  /** Tells the number of a reset of second factors, and how to stop it; or that it was done. */
  const draftFactorReset = async (intent: FactorResetIntent): Promise<SmsDraft> => {
    const drafted = await deps.draftFactorReset.sms(intent);
    if (!drafted) return null;
    const { account, token } = drafted;
    const about = intent.about === 'asked' ? 'factor-reset' : 'factor-reset-done';
    const { publicUrl, productName } = settings;
    const text = composeNoticeSms({ about, token, language: languageOf(account, []), publicUrl, productName });
    return { to: { e164: intent.phoneNumber, country: intent.country }, requestedBy: 'notice', text };
  };

  /** Tells the number that the account is to be deleted, and how to keep it. */
  const draftDeletion = async (intent: DeletionIntent): Promise<SmsDraft> => {
    const issued = await deps.issueDeletionToken(intent, 'sms');
    if (!issued?.account.phone) return null;
    const { account, token } = issued;
    const { publicUrl, productName } = settings;
    const language = languageOf(account, []);
    const text = composeNoticeSms({ about: 'deletion', token, language, publicUrl, productName });
    return { to: issued.account.phone, requestedBy: 'pending', text };
  };

  return async (claimed: ClaimedIntent, intent: SmsIntent): Promise<SmsDraft> => {
    if (intent.kind === 'deletion-sms') return draftDeletion(intent);
    if (intent.kind === 'email-change-sms') return draftEmailChange(intent);
    if (intent.kind === 'factor-reset-sms') return draftFactorReset(intent);
    if (intent.kind === 'sms-notice') return draftNotice(intent);
    if (intent.kind === 'recovery-sms') return deps.draftRecovery(claimed, intent);
    return draftCode(claimed, intent);
  };
};

export type DraftSms = ReturnType<typeof makeDraftSms>;

export const provideDraftSms = (
  scope: Scope<'defaultLanguage' | 'events' | 'productName' | 'publicUrl' | 'recovery' | 'sms.appHash' | 'tokens'> &
    Ports,
): DraftSms => {
  const verifications = scope.use(makeVerifications);
  return makeDraftSms({
    ...scope,
    accounts: scope.use(makeAccounts),
    factors: scope.use(makeFactorStore),
    verifications,
    issueUndoLink: scope.use(provideIssueUndoLink),
    issueDeletionToken: scope.use(provideIssueDeletionToken),
    issueEmailChangeToken: scope.use(provideIssueEmailChangeToken),
    draftFactorReset: scope.use(provideDraftFactorReset),
    draftRecovery: scope.use(provideDraftRecoverySms),
    issueSmsCode: makeIssueSmsCode({
      ...scope,
      verifications,
      secrets: scope.use(makeFactorSecrets),
      derivedSecrets: scope.use(makeDerivedSecrets),
    }),
  });
};
