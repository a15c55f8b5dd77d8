import type { Randomness } from '../primitives/clock.ts';
import { groupCrockford, makeCrockford, readCrockford } from '../primitives/crockford.ts';
import type { FactorSecrets } from './factor-secrets.ts';

/** As many as people can keep on a sheet; ten is what the field has settled on. */
const RECOVERY_CODE_COUNT = 10;

/** 16 characters of 5 bits are 80 random bits (ASVS 6.5.2, NIST SP 800-63B-4 on saved recovery codes). */
const CODE_LENGTH = 16;

/** Makes a set of recovery codes, in canonical form. */
export const makeRecoveryCodes = (randomness: Randomness): string[] =>
  Array.from({ length: RECOVERY_CODE_COUNT }, () => makeCrockford(randomness, CODE_LENGTH));

/** As a person reads it. */
export const groupRecoveryCode = groupCrockford;

/**
 * Makes a set of recovery codes for an account.
 *
 * @returns the set as its owner is shown it, this once, and as it is stored
 */
export const newRecoveryCodes = ({
  accountId,
  secrets,
  randomness,
}: {
  accountId: string;
  secrets: Pick<FactorSecrets, 'hashRecoveryCode'>;
  randomness: Randomness;
}): { shown: string[]; hashes: string[] } => {
  const codes = makeRecoveryCodes(randomness);
  return {
    shown: codes.map(groupRecoveryCode),
    hashes: codes.map((code) => secrets.hashRecoveryCode(code, accountId)),
  };
};

/** Reads a code that a person typed. @returns `null` for what can't be one */
export const readRecoveryCode = (text: string): string | null => readCrockford(text, CODE_LENGTH);
