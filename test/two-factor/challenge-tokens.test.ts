import { describe, expect, it } from '@jest/globals';
import { SECOND_FACTORS, type SecondFactor } from '../../shared/contract/factor-names.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { signOpaque } from '../../shared/keyring/sign-opaque.ts';
import { OLDER_CHALLENGE_TOKEN } from '../../shared/keyring/token-kinds.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const keyring = makeKeyring({ roots: [newRoot(1)], signingKeys: [newSigningKey('only')] });
const tokens = makeChallengeTokens({ keyring });
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

describe('a challenge token', () => {
  it('has epoch and end behind what it names, where tokens that are out have them', () => {
    const bytes = Buffer.from(tokens.write({ ...CHALLENGE, factors: ['totp'] }), 'base64url');

    expect(bytes.subarray(2, -16).toString('hex')).toBe(
      ['11111111111141118111111111111111', '22222222222242228222222222222222', '01', '00000007', '6b015d90'].join(''),
    );
  });

  it.each(['', 'invented'])('is none that was never issued: %j', async (text) => {
    expect([await tokens.read(text), await tokens.readOlder(text)]).toEqual([null, null]);
  });

  it('of release 0.1.0 is read without epoch and end, and neither is read as the other', async () => {
    const { verificationId, accountId } = CHALLENGE;
    const names = ['11111111111141118111111111111111', '22222222222242228222222222222222', '03'].join('');
    const older = signOpaque(keyring, OLDER_CHALLENGE_TOKEN, Buffer.from(names, 'hex'));

    expect(await tokens.readOlder(older)).toEqual({
      verificationId,
      accountId,
      factors: SECOND_FACTORS.filter((factor) => factor !== 'recovery_code'),
    });
    expect(await tokens.read(older)).toBeNull();
    expect(await tokens.readOlder(tokens.write({ ...CHALLENGE, factors: [] }))).toBeNull();
  });
});
