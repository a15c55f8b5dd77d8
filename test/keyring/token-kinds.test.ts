import { describe, expect, it } from '@jest/globals';
import { audienceOf, JWT_KINDS, OLDER_CHALLENGE_TOKEN, OPAQUE_KINDS } from '../../shared/keyring/token-kinds.ts';

/** Tokens are out when a release is deployed, and others verify ours: what tells the kinds apart is for ever. */
describe('kinds of tokens', () => {
  it('of ours alone keep format, key and length, and the time after which no old key signs them', () => {
    expect({ ...OPAQUE_KINDS, older: OLDER_CHALLENGE_TOKEN }).toEqual({
      'refresh-token': { format: 1, purpose: 'refresh-seal', payloadBytes: 68, livesSeconds: null },
      'challenge-token': { format: 4, purpose: 'challenge-seal', payloadBytes: 41, livesSeconds: 600 },
      'history-cursor': { format: 6, purpose: 'history-cursor', payloadBytes: 33, livesSeconds: 86_400 },
      'mail-reference': { format: 8, purpose: 'mail-reference', payloadBytes: 21, livesSeconds: 2_592_000 },
      'verification-id': { format: 3, purpose: 'verification-seal', payloadBytes: 16, livesSeconds: 600 },
      'device-token': { format: 5, purpose: 'device-seal', payloadBytes: 36, livesSeconds: 34_560_000 },
      older: { format: 2, purpose: 'challenge-seal', payloadBytes: 33, livesSeconds: 600 },
    });
  });

  it('of others keep type and audience', () => {
    const authority = { issuer: 'https://auth.bookshelf.example', audience: 'bookshelf' };

    expect(JWT_KINDS['access-token'].typ).toBe('at+jwt');
    expect(JWT_KINDS['phone-proof'].typ).toBe('phone-proof+jwt');
    expect([audienceOf('access-token', authority), audienceOf('phone-proof', authority)]).toEqual([
      'bookshelf',
      'bookshelf#phone-proof',
    ]);
  });
});
