import { describe, expect, it } from '@jest/globals';
import { seenFrom } from '../../shared/account/seen-from.ts';

describe('seen-from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:7:8:9::1', '2001:db8:7::/48'],
    ['2001:db8::1', '2001:db8::/48'],
    ['2001:0:0:1::1', '2001::/48'],
    ['::1', '::/48'],
  ])('tells of %s the network %s', (sourceIp, network) => {
    expect(seenFrom({ sourceIp })).toEqual({ network });
  });

  it.each(['', 'nowhere', '203.0.113', '1.2.3.4.5', 'fe80::zz'])(
    'tells no network of %j, which is no address',
    (sourceIp) => {
      expect(seenFrom({ sourceIp })).toEqual({});
    },
  );

  it.each([
    ['iPhone', 'iOS'],
    ['iPad', 'iPadOS'],
    ['mac', 'macOS'],
    ['Windows', 'Windows'],
  ] as const)('calls the system of %s %s', (system, name) => {
    const device = { program: 'Safari', system, kind: 'phone' } as const;

    expect(seenFrom({ device }).device).toEqual({ kind: 'phone', program: 'Safari', system: name });
  });

  it('tells the name that a client gave where nothing else was noted', () => {
    expect(seenFrom({ deviceName: "Ada's phone" })).toEqual({ device: { kind: 'other', name: "Ada's phone" } });
  });

  it('tells nothing of what was not noted', () => {
    expect(seenFrom({ deviceName: null })).toEqual({});
  });
});
