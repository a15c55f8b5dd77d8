import { describe, expect, it } from '@jest/globals';
import { SECOND_FACTORS, type SecondFactor } from '../../shared/contract/factor-names.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const tokens = makeChallengeTokens({
  keyring: makeKeyring({ roots: [newRoot(1)], signingKeys: [newSigningKey('only')] }),
});
const CHALLENGE = {
  verificationId: '11111111-1111-4111-8111-111111111111',
  accountId: '22222222-2222-4222-8222-222222222222',
  epoch: 7,
  expiresAtEpochSeconds: 1_795_251_600,
};

/** The byte that names the factors: behind format, version, verification and account. */
const factorsByteOf = (text: string): number => Buffer.from(text, 'base64url').readUInt8(2 + 16 + 16);

describe('the factors in a challenge token', () => {
  it.each<[number, SecondFactor[]]>([
    [0b001, ['totp']],
    [0b010, ['sms']],
    [0b100, ['recovery_code']],
    [0b101, ['recovery_code', 'totp']],
    [0b111, ['sms', 'recovery_code', 'totp']],
    [0b000, []],
  ])('are the bits %i, which tokens that are out were written with', (bits, factors) => {
    expect(factorsByteOf(tokens.write({ ...CHALLENGE, factors }))).toBe(bits);
  });

  it('are read in the order in which they are shown, whatever order they were written in', async () => {
    const factors = SECOND_FACTORS.toReversed();

    expect(await tokens.read(tokens.write({ ...CHALLENGE, factors }))).toEqual({
      ...CHALLENGE,
      factors: [...SECOND_FACTORS],
    });
  });
});
