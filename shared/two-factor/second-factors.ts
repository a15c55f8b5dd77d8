import { type AuthenticationMethod, MULTI_FACTOR } from '../account/principal.ts';
import { ACR } from '../contract/acr-values.ts';
import { type ChallengeFactor, SECOND_FACTORS, type SecondFactor } from '../contract/factor-names.ts';
import { type Problem, problem } from '../contract/problems.ts';
import { isDigitCode } from '../primitives/digit-code.ts';
import { readRecoveryCode } from './recovery-code.ts';

/** How many authenticator apps an account can have. */
export const MAX_AUTHENTICATOR_APPS = 5;

/** When a notice says that recovery codes run out. */
export const FEW_RECOVERY_CODES = 3;

/** What an account has switched on. Recovery codes alone are no second factor: they stand in for one that is lost. */
export interface FactorsOverview {
  appIds: readonly string[];
  /** E.164; `null` where codes by SMS are off. */
  smsNumber: string | null;
  recoveryCodesLeft: number;
}

/** The overview of an account's factors as they are stored. */
export const overviewOf = ({
  apps,
  sms,
  recoveryCodes,
}: {
  apps: Readonly<Record<string, unknown>>;
  sms: { phoneNumber: string } | null;
  recoveryCodes: Readonly<Record<string, unknown>>;
}): FactorsOverview => ({
  appIds: Object.keys(apps),
  smsNumber: sms?.phoneNumber ?? null,
  recoveryCodesLeft: Object.keys(recoveryCodes).length,
});

/** Factors as they are stored, as far as an overview tells of them. */
type StoredFactors = Parameters<typeof overviewOf>[0];

/** Whether the same is switched on, with the same recovery codes. */
export const haveSameFactors = (one: StoredFactors, other: StoredFactors): boolean => {
  const textOf = ({ apps, sms, recoveryCodes }: StoredFactors): string =>
    JSON.stringify([Object.keys(apps).toSorted(), sms?.phoneNumber, Object.keys(recoveryCodes).toSorted()]);
  return textOf(one) === textOf(other);
};

/** Whether sign-in asks for more than the password. */
export const isTwoFactorOn = ({ appIds, smsNumber }: FactorsOverview): boolean =>
  appIds.length > 0 || smsNumber !== null;

/** What can answer a challenge, in the order in which a client should offer it: that of {@link SECOND_FACTORS}. */
export const availableFactors = (overview: FactorsOverview): SecondFactor[] => {
  if (!isTwoFactorOn(overview)) return [];
  return SECOND_FACTORS.filter(
    (factor) =>
      (factor === 'totp' && overview.appIds.length > 0) ||
      (factor === 'sms' && overview.smsNumber !== null) ||
      (factor === 'recovery_code' && overview.recoveryCodesLeft > 0),
  );
};

/** Those of them that are second factors. */
export const secondFactorsIn = (factors: readonly ChallengeFactor[]): SecondFactor[] =>
  SECOND_FACTORS.filter((factor) => factors.includes(factor));

/** What a code can be by its looks: six digits come from an app or by SMS, another text is a recovery code or none. */
export const factorsOfCode = (code: string, available: readonly SecondFactor[]): SecondFactor[] =>
  available.filter((factor) => (factor === 'recovery_code' ? readRecoveryCode(code) !== null : isDigitCode(code)));

/**
 * What a code is held against, one after the other, each counted before it is compared. Six digits come from an app unless a
 * code by SMS is out: then they are most likely that one, but the SMS may not have come, and the app still lies there.
 *
 * @param looks what the code can be by its looks
 */
export const comparisonsOf = (looks: readonly SecondFactor[], isSmsOut: boolean): readonly SecondFactor[] => {
  const isAmbiguous = looks.includes('totp') && looks.includes('sms');
  if (!isAmbiguous) return looks;
  return isSmsOut ? ['sms', 'totp'] : ['totp'];
};

/** How a session was begun that a factor completed, in the words of RFC 8176 §2. A recovery code is a one-time password too. */
export const methodsOf = (factor: SecondFactor): AuthenticationMethod[] => [
  'pwd',
  factor === 'sms' ? 'sms' : 'otp',
  MULTI_FACTOR,
];

/**
 * Whether a caller who changes factors has yet to prove one of those that are on: a stolen password must not switch off what
 * protects against stolen passwords.
 */
export const lacksSecondProof = (principal: { methods: readonly string[] }, overview: FactorsOverview): boolean =>
  isTwoFactorOn(overview) && !principal.methods.includes(MULTI_FACTOR);

/** The problem for such a caller: the challenge names what is wanted, since the password alone would not do (RFC 9470 §3). */
export const secondProofRequired = (): Problem => problem('fresh-session-required', { acrValues: [ACR.twoFactors] });

/** The part of a number that may be shown after a correct password: its last two digits. @param e164 a number */
export const phoneHint = (e164: string): string => `•• ${e164.slice(-2)}`;

/** A code to compare in the place of a typed one, where only the time of the comparison is wanted. */
export const decoyCode = (code: string): string => '0'.repeat(code.length);
