import { describe, expect, it } from '@jest/globals';
import { constantTimeEqual, sha256 } from '../../shared/primitives/digest.ts';

/** @asvs 11.4.3 */
describe('digest', () => {
  it.each([
    // FIPS 180-2, appendix B.
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('is SHA-256 of %j in base64url', (text, hex) => {
    expect(sha256(text)).toBe(Buffer.from(hex, 'hex').toString('base64url'));
  });

  it.each<[string, string, boolean]>([
    ['the same', 'the same', true],
    ['', '', true],
    ['the same', 'the sama', false],
    ['short', 'shorter', false],
    ['shorter', 'short', false],
    ['', 'x', false],
    ['\u00e9', 'e\u0301', false],
    ['\u00e9', 'xx', false],
  ])('compares %j and %j, and unequal lengths do not throw', (a, b, equal) => {
    expect(constantTimeEqual(a, b)).toBe(equal);
  });
});
