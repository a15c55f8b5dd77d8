import { makePhoneClaims, type PhoneClaims } from '../../shared/account/phone-claims.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { SmsIntent } from '../../shared/outbox/intent.ts';
import { type ClaimedIntent, makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { chooseLanguage, type Language } from '../../shared/primitives/language.ts';
import { type IssueSpacedToken, provideIssueSpacedToken } from './issue-spaced-token.ts';
import { localeOf } from './mail-draft.ts';
import { recoverySmsTokens } from './recovery-tokens.ts';
import { composeRecoverySms } from './sms/compose-recovery-sms.ts';
import type { SmsDraft } from './sms-draft.ts';

interface DraftRecoverySmsDeps {
  phoneClaims: Pick<PhoneClaims, 'find'>;
  issueToken: IssueSpacedToken;
  recordIntentWrite: RecordIntentWrite;
  settings: { productName: string; publicUrl: string; defaultLanguage: Language; recovery: { byPhone: boolean } };
}

type RecoveryIntent = Extract<SmsIntent, { kind: 'recovery-sms' }>;

/**
 * Makes the SMS of a recovery, for the account that has chosen the number for it, unless another account has proven that since
 * (docs/adr/0054). With each token that begins, a mail to the address of the account is asked for, which tells of it and can end it.
 *
 * @throws StoreUnavailable, TokenMailUnderWay
 */
export type DraftRecoverySms = (claimed: ClaimedIntent, intent: RecoveryIntent) => Promise<SmsDraft>;

const makeDraftRecoverySms =
  ({ phoneClaims, issueToken, recordIntentWrite, settings }: DraftRecoverySmsDeps): DraftRecoverySms =>
  async (claimed, { phoneNumber, country, locales, device }) => {
    if (!settings.recovery.byPhone) return null;
    const accountId = (await phoneClaims.find(phoneNumber))?.recoveryAccountId;
    if (accountId === undefined) return null;
    const tell = recordIntentWrite({ kind: 'recovery-by-phone', accountId, locales, ...(device && { device }) });
    const issued = await issueToken({ ...claimed, accountId, to: phoneNumber, writesOfNew: [tell] });
    if (typeof issued === 'string') return null;
    const { account, token, validSeconds, ...handover } = issued;
    const language = chooseLanguage([localeOf(account), ...locales], settings.defaultLanguage);
    const text = composeRecoverySms({ ...settings, token, validSeconds, language });
    return { to: { e164: phoneNumber, country }, requestedBy: 'recovery', text, handover };
  };

const provideIssueRecoverySms = provideIssueSpacedToken(recoverySmsTokens);

export const provideDraftRecoverySms = (
  scope: Scope<'defaultLanguage' | 'events' | 'productName' | 'publicUrl' | 'recovery' | 'tokens'> & Ports,
): DraftRecoverySms =>
  makeDraftRecoverySms({
    ...scope,
    phoneClaims: scope.use(makePhoneClaims),
    issueToken: scope.use(provideIssueRecoverySms),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
