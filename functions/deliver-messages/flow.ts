import type { sha256 } from '../../shared/crypto/digest.ts';
import type { composeMessage, Message } from '../../shared/delivery/compose-message.ts';
import type { Mailer } from '../../shared/delivery/mailer.ts';
import { type Clock, type Randomness, toRfc3339 } from '../../shared/domain/clock.ts';
import { chooseLanguage, type Language } from '../../shared/domain/language.ts';
import { makeOneTimeToken } from '../../shared/domain/one-time-token.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Account, Accounts } from '../../shared/store/accounts.ts';
import type { ClaimedIntent, Intent, Outbox } from '../../shared/store/outbox.ts';
import type { Recoveries } from '../../shared/store/recoveries.ts';
import type { RecordEvent } from '../../shared/store/security-events.ts';
import type { SignUps } from '../../shared/store/sign-ups.ts';

export interface DeliverMessageDeps {
  outbox: Outbox;
  accounts: Pick<Accounts, 'find' | 'findIdByEmail'>;
  recoveries: Pick<Recoveries, 'issue'>;
  signUps: Pick<SignUps, 'issue'>;
  mailer: Mailer;
  compose: typeof composeMessage;
  recordEvent: RecordEvent;
  sha256: typeof sha256;
  clock: Clock;
  randomness: Randomness;
  log: Log;
  settings: {
    productName: string;
    publicUrl: string;
    defaultLanguage: Language;
    tokens: { recoverySeconds: number; signUpSeconds: number };
  };
}

type RecoveryIntent = Extract<Intent, { kind: 'recovery' }>;
type SignUpIntent = Extract<Intent, { kind: 'sign-up' }>;

/** What is to be sent, to whom, in which language; `null` where there is nothing to send. */
type Draft = { to: string; wishes: readonly (string | null)[]; message: Message } | null;

const localeOf = ({ claims: { locale } }: Account): string | null => (typeof locale === 'string' ? locale : null);

/** Writes and sends the message that an intent asks for; a throw leaves the intent for the next attempt. */
export const makeDeliverMessage = (deps: DeliverMessageDeps) => {
  const { outbox, accounts, recoveries, signUps, mailer, recordEvent, sha256, clock, randomness, log, settings } = deps;

  const findByEmail = async (email: string): Promise<Account | null> => {
    const accountId = await accounts.findIdByEmail(email);
    return accountId === null ? null : accounts.find(accountId);
  };

  /** A fresh token: its hash is all that is kept. */
  const makeToken = (validSeconds: number) => {
    const token = makeOneTimeToken(randomness);
    return { token, tokenHash: sha256(token), expiresAtEpochSeconds: clock.nowSeconds() + validSeconds };
  };

  const draftRecovery = async (claimed: ClaimedIntent, { email, locales }: RecoveryIntent): Promise<Draft> => {
    const account = await findByEmail(email);
    if (!account) return null; // nobody is told: not the one who asked, and not a stranger's inbox

    const validSeconds = settings.tokens.recoverySeconds;
    const { token, ...stored } = makeToken(validSeconds);
    const event = recordEvent({ accountId: account.accountId, type: 'recovery-mail-issued', sourceIp: null });
    const issued = await recoveries.issue({ ...claimed, ...stored, account, event });
    if (issued === 'superseded') return null; // a newer request has its mail already: this token would be dead on arrival

    const message: Message = { kind: 'recovery', token, validSeconds };
    return { to: account.email, wishes: [localeOf(account), ...locales], message };
  };

  const draftSignUp = async ({ email, locale, locales }: SignUpIntent): Promise<Draft> => {
    const account = await findByEmail(email);
    if (account) {
      return { to: account.email, wishes: [localeOf(account), ...locales], message: { kind: 'already-registered' } };
    }
    const validSeconds = settings.tokens.signUpSeconds;
    const { token, ...stored } = makeToken(validSeconds);
    const wishes = [locale, ...locales];
    // The account speaks the language of its first mail until its owner says otherwise.
    await signUps.issue({ ...stored, email, locale: wishes.find(Boolean) ?? null });
    return { to: email, wishes, message: { kind: 'sign-up', token, validSeconds } };
  };

  const draftPasswordChanged = async ({ requestedAtMs }: ClaimedIntent, accountId: string): Promise<Draft> => {
    const account = await accounts.find(accountId);
    if (!account) return null;
    const changedAt = toRfc3339(Math.floor(requestedAtMs / 1000));
    return { to: account.email, wishes: [localeOf(account)], message: { kind: 'password-changed', changedAt } };
  };

  const draft = (claimed: ClaimedIntent): Promise<Draft> => {
    const { intent } = claimed;
    switch (intent.kind) {
      case 'recovery':
        return draftRecovery(claimed, intent);
      case 'sign-up':
        return draftSignUp(intent);
      case 'password-changed':
        return draftPasswordChanged(claimed, intent.accountId);
    }
  };

  return ({ intentId }: { intentId: string }): Promise<void> =>
    outbox.deliver(intentId, async (claimed) => {
      const drafted = await draft(claimed);
      if (drafted) {
        const language = chooseLanguage(drafted.wishes, settings.defaultLanguage);
        const message = deps.compose({ ...settings, message: drafted.message, language });
        await mailer.send({ to: drafted.to, message, intentId });
      }
      const outcome = drafted ? 'sent' : 'nothing-to-send';
      log('info', 'intent-delivered', { intent_id: intentId, attempts: claimed.attempts, outcome });
    });
};
