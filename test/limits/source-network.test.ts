import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { networkTiers, sourceNetwork } from '../../shared/limits/source-network.ts';

describe('the networks that a source is in', () => {
  it.each([
    ['203.0.113.7', ['203.0.113.7', '203.0.113.0/24']],
    ['203.0.113.250', ['203.0.113.250', '203.0.113.0/24']],
    ['2001:db8:1:2ff::9', ['2001:db8:1:2ff::/64', '2001:db8:1:200::/56', '2001:db8:1:0::/48']],
    ['2001:db8:1:ab::9', ['2001:db8:1:ab::/64', '2001:db8:1:0::/56', '2001:db8:1:0::/48']],
    ['::ffff:203.0.113.7', ['203.0.113.7', '203.0.113.0/24']],
    ['garbage', ['unknown']],
  ])('of %s are %j', (sourceIp, networks) => {
    expect(networkTiers(sourceNetwork(sourceIp)).map(({ network }) => network)).toEqual(networks);
  });

  it('have a larger share the wider they are, and one alone that of one source', () => {
    for (const sourceIp of ['203.0.113.7', '2001:db8::1', 'garbage']) {
      const shares = networkTiers(sourceNetwork(sourceIp)).map(({ sources }) => sources);
      expect(shares[0]).toBe(1);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(new Set(shares).size).toBe(shares.length);
    }
  });
});

describe('source-network', () => {
  it.each([
    ['an IPv4 address as it is', '203.0.113.7', '203.0.113.7'],
    ['the /64 of an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['the same /64 for another host', '2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['the same /64 in another spelling', '2001:0DB8:0001:0002:0000:0000:0000:00ff', '2001:db8:1:2::/64'],
    ['another /64 for another network', '2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['zeros inside the network', '2001:db8::1', '2001:db8:0:0::/64'],
    ['the loopback', '::1', '0:0:0:0::/64'],
    ['the unspecified address', '::', '0:0:0:0::/64'],
    ['an address that ends in zeros', '2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['IPv4-mapped, as the IPv4 that it is', '::ffff:203.0.113.7', '203.0.113.7'],
    ['IPv4-mapped in hexadecimal', '::ffff:cb00:7107', '203.0.113.7'],
    ['IPv4-mapped with short groups', '::ffff:1.2.0.4', '1.2.0.4'],
    ['IPv4-mapped written out', '0:0:0:0:0:FFFF:203.0.113.7', '203.0.113.7'],
    ['IPv4-mapped with all bits set', '::ffff:255.255.255.255', '255.255.255.255'],
    ['a zone id, which is about our interfaces', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['another zone id', 'fe80::2%1', 'fe80:0:0:0::/64'],
  ])('reads %s', (_, sourceIp, network) => {
    expect(sourceNetwork(sourceIp)).toBe(network);
  });

  it.each([
    '',
    ' ',
    'garbage',
    'localhost',
    'reader.example',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.4:80',
    '1.2.3.4/8',
    'user@1.2.3.4',
    '2001:db8::1::2',
    '2001:db8:1',
    ':',
    ':::',
    '[::1]',
    '12345::',
    '::ffff:1.2.3.256',
    '١.٢.٣.٤',
  ])('counts %j as the one unknown network, so that it is no way around a limit', (sourceIp) => {
    expect(sourceNetwork(sourceIp)).toBe('unknown');
  });

  it('gives two hosts of one /64 one network, and those of two /64 two', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
    const written = (parts: number[]) => parts.map((part) => part.toString(16)).join(':');

    fc.assert(
      fc.property(groups, groups, groups, groups, (network, other, host, guest) => {
        fc.pre(network.some((group) => group !== 0) && other.some((group) => group !== 0));
        const same = sourceNetwork(`${written(network)}:${written(host)}`);
        expect(sourceNetwork(`${written(network)}:${written(guest)}`)).toBe(same);
        expect(sourceNetwork(`${written(other)}:${written(host)}`) === same).toBe(written(other) === written(network));
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });
});
