import type { sha256 } from '../crypto/digest.ts';
import type { FactorSecrets } from '../crypto/factor-secrets.ts';
import type { composeRecoverySms, composeSms } from '../delivery/compose-sms.ts';
import { TRIES_PER_CHALLENGE } from '../domain/attempts.ts';
import type { Clock, Randomness } from '../domain/clock.ts';
import { chooseLanguage, type Language } from '../domain/language.ts';
import { makeOneTimeToken } from '../domain/one-time-token.ts';
import { SMS_CODE_SECONDS } from '../domain/resend.ts';
import { isSessionCurrent } from '../domain/session.ts';
import type { SmsAsker } from '../domain/sms-budget.ts';
import type { Account, Accounts } from '../store/accounts.ts';
import type { FactorStore } from '../store/factors.ts';
import type { ClaimedIntent, SmsIntent } from '../store/outbox.ts';
import type { Recoveries } from '../store/recoveries.ts';
import type { RecordEvent } from '../store/security-events.ts';
import type { Verification, Verifications } from '../store/verifications.ts';
import { localeOf } from './draft-mail.ts';

export interface DraftSmsDeps {
  accounts: Pick<Accounts, 'find' | 'findByPhone'>;
  factors: FactorStore;
  verifications: Pick<Verifications, 'find' | 'setCode'>;
  recoveries: Pick<Recoveries, 'issue'>;
  secrets: Pick<FactorSecrets, 'hashSmsCode'>;
  composeSms: typeof composeSms;
  composeRecoverySms: typeof composeRecoverySms;
  recordEvent: RecordEvent;
  sha256: typeof sha256;
  clock: Clock;
  randomness: Randomness;
  settings: {
    productName: string;
    publicUrl: string;
    defaultLanguage: Language;
    tokens: { recoverySeconds: number };
    sms: { appHash: string | null };
  };
}

/** A number and the country whose rules it falls under. */
interface Destination {
  e164: string;
  country: string;
}

/** What is to be sent, and who wants it; `null` where there is nothing to send. */
export type SmsDraft = { to: Destination; askedBy: SmsAsker; text: string } | null;

type CodeIntent = Extract<SmsIntent, { kind: 'sms-code' }>;
type RecoveryIntent = Extract<SmsIntent, { kind: 'recovery-sms' }>;

const CODES = 1_000_000;
const CODE_DIGITS = 6;

const PURPOSES = { 'sign-in': 'sign-in', reauthenticate: 'sign-in', factor: 'factor', phone: 'phone' } as const;

const ASKERS = { 'sign-in': 'owner', reauthenticate: 'owner', factor: 'account', phone: 'anyone' } as const;

/** Makes what an SMS is to say, and the code or token that it brings; of those no more than a hash is kept. */
export const makeDraftSms = (deps: DraftSmsDeps) => {
  const { accounts, factors, verifications, recoveries, secrets, clock, randomness, settings } = deps;

  const languageOf = (account: Account | null, locales: readonly string[]): Language =>
    chooseLanguage([account && localeOf(account), ...locales], settings.defaultLanguage);

  /** Where a code goes: to the number that is to be proven, or to the account's own and to no other. */
  const destinationOf = async ({ purpose, accountId, phoneNumber, country }: Verification, asked: string | null) => {
    if (purpose === 'factor' || purpose === 'phone') {
      return phoneNumber !== null && country !== null ? { e164: phoneNumber, country } : null;
    }
    const { sms } = await factors.find(accountId ?? '');
    return sms && (asked === null || asked === sms.phoneNumber)
      ? { e164: sms.phoneNumber, country: sms.country }
      : null;
  };

  const draftCode = async ({ requestedAtMs }: ClaimedIntent, intent: CodeIntent): Promise<SmsDraft> => {
    const { verificationId, locales } = intent;
    const verification = await verifications.find(verificationId);
    // A code that nobody can use any more would alarm whoever gets it, and cost: after the last try, a reset, or the session's end.
    if (!verification || verification.tries >= TRIES_PER_CHALLENGE) return null;
    const { accountId, epoch } = verification;
    const account = accountId === null ? null : await accounts.find(accountId);
    // A session's verifications have its id; that of a sign-in is no session's, and revoked nowhere.
    const caller = { epoch: epoch ?? 0, sessionId: verificationId };
    if (accountId !== null && !isSessionCurrent(account, caller)) return null;
    const to = await destinationOf(verification, intent.phoneNumber);
    if (!to) return null;

    const code = String(randomness.integer(CODES)).padStart(CODE_DIGITS, '0');
    const stored = await verifications.setCode({
      verificationId,
      hash: secrets.hashSmsCode(code, { verificationId, phoneNumber: to.e164 }),
      phoneNumber: to.e164,
      country: to.country,
      requestedAtMs,
      expiresAtEpochSeconds: clock.nowSeconds() + SMS_CODE_SECONDS,
    });
    if (!stored) return null; // a newer code is out: this one would be dead on arrival

    const text = deps.composeSms({
      code,
      purpose: PURPOSES[verification.purpose],
      language: languageOf(account, locales),
      productName: settings.productName,
      host: new URL(settings.publicUrl).hostname,
      appHash: settings.sms.appHash,
    });
    return { to, askedBy: ASKERS[verification.purpose], text };
  };

  const draftRecovery = async (
    claimed: ClaimedIntent,
    { phoneNumber, country, locales }: RecoveryIntent,
  ): Promise<SmsDraft> => {
    const account = await accounts.findByPhone(phoneNumber);
    if (!account) return null;
    // Recovery by what is the second factor would make two factors one.
    const { sms } = await factors.find(account.accountId);
    if (sms?.phoneNumber === phoneNumber) return null;

    const token = makeOneTimeToken(randomness);
    const validSeconds = settings.tokens.recoverySeconds;
    const issued = await recoveries.issue({
      ...claimed,
      account,
      tokenHash: deps.sha256(token),
      expiresAtEpochSeconds: clock.nowSeconds() + validSeconds,
      event: deps.recordEvent({ accountId: account.accountId, type: 'recovery-sms-issued', sourceIp: null }),
    });
    if (issued === 'superseded') return null;

    const language = languageOf(account, locales);
    const link = `${settings.publicUrl}/ui/reset?lang=${language}#token=${token}`;
    const { productName } = settings;
    return {
      to: { e164: phoneNumber, country },
      askedBy: 'anyone',
      text: deps.composeRecoverySms({ token, link, language, productName, validSeconds }),
    };
  };

  return (claimed: ClaimedIntent, intent: SmsIntent): Promise<SmsDraft> =>
    intent.kind === 'sms-code' ? draftCode(claimed, intent) : draftRecovery(claimed, intent);
};

export type DraftSms = ReturnType<typeof makeDraftSms>;
