import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import { makeRecoveries, type Recoveries } from '../../shared/account/recoveries.ts';
import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import { makeSignUps, type SignUps } from '../../shared/account/sign-ups.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import { type Clock, type Randomness, toRfc3339 } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { makeOneTimeToken } from '../../shared/primitives/one-time-token.ts';
import type { Message } from './mail/compose-message.ts';

export interface DraftMailDeps {
  accounts: Pick<Accounts, 'find' | 'findIdByEmail'>;
  recoveries: Pick<Recoveries, 'issue'>;
  signUps: Pick<SignUps, 'issue'>;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  randomness: Randomness;
  settings: { tokens: { recoverySeconds: number; signUpSeconds: number } };
}

type RecoveryIntent = Extract<MailIntent, { kind: 'recovery' }>;
type SignUpIntent = Extract<MailIntent, { kind: 'sign-up' }>;
type ProvenElsewhereIntent = Extract<MailIntent, { kind: 'phone-proven-elsewhere' }>;

/** Recipient, preferred languages and content of a mail; `null` where nothing is to be sent. */
type MailDraft = { to: string; preferences: readonly (string | null)[]; message: Message } | null;

/** The language that the account's owner chose; `null` for none. */
export const localeOf = ({ claims: { locale } }: Account): string | null =>
  typeof locale === 'string' ? locale : null;

/** Makes the content of a mail, with its secret; only the secret's hash is stored. */
const makeDraftMail = (deps: DraftMailDeps) => {
  const { accounts, recoveries, signUps, recordEventWrite, clock, randomness, settings } = deps;

  const findByEmail = async (email: string): Promise<Account | null> => {
    const accountId = await accounts.findIdByEmail(email);
    return accountId === null ? null : accounts.find(accountId);
  };

  /** A fresh token, of which only the hash is stored. */
  const makeToken = (validSeconds: number) => {
    const token = makeOneTimeToken(randomness);
    return { token, tokenHash: sha256(token), expiresAtEpochSeconds: clock.nowSeconds() + validSeconds };
  };

  const draftRecovery = async (claimed: ClaimedIntent, { email, locales }: RecoveryIntent): Promise<MailDraft> => {
    const account = await findByEmail(email);
    if (!account) return null; // unknown address: no mail, and no difference in the answer (enumeration)

    const validSeconds = settings.tokens.recoverySeconds;
    const { token, ...stored } = makeToken(validSeconds);
    const event = recordEventWrite({ accountId: account.accountId, type: 'recovery-mail-issued', sourceIp: null });
    const issued = await recoveries.issue({ ...claimed, ...stored, account, event });
    if (issued === 'superseded') return null; // a newer request has sent its mail already, which made this token invalid

    const message: Message = { kind: 'recovery', token, validSeconds };
    return { to: account.email, preferences: [localeOf(account), ...locales], message };
  };

  const draftSignUp = async ({ email, locale, locales }: SignUpIntent): Promise<MailDraft> => {
    const account = await findByEmail(email);
    if (account) {
      return {
        to: account.email,
        preferences: [localeOf(account), ...locales],
        message: { kind: 'already-registered' },
      };
    }
    const validSeconds = settings.tokens.signUpSeconds;
    const { token, ...stored } = makeToken(validSeconds);
    const preferences = [locale, ...locales];
    // The account starts with the language of its first mail.
    await signUps.issue({ ...stored, email, locale: preferences.find(Boolean) ?? null });
    return { to: email, preferences, message: { kind: 'sign-up', token, validSeconds } };
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
        return draftRecovery(claimed, intent);
      case 'sign-up':
        return draftSignUp(intent);
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

export const provideDraftMail = (scope: Scope<'events' | 'tokens'> & Pick<Ports, 'dynamo'>): DraftMail =>
  makeDraftMail({
    ...scope,
    accounts: scope.use(makeAccounts),
    recoveries: scope.use(makeRecoveries),
    signUps: scope.use(makeSignUps),
    recordEventWrite: scope.use(provideRecordEventWrite),
  });
