import { describe, expect, it } from '@jest/globals';
import { listeningAt } from '../../local/own-host.ts';
import { plainAddress } from '../../local/plain-address.ts';
import { publicHost } from '../../local/public-host.ts';

const LOOPBACKS = ['127.0.0.1', 'localhost', 'LOCALHOST:9000', '[::1]:3000', '127.0.0.1:80'];
const GUESTS = ['10.0.2.2', '10.0.2.2:3000', 'host.docker.internal:3000', 'HOST.containers.internal'];
const STRANGERS = [
  undefined,
  '',
  'evil.example',
  '192.168.1.5.evil.example',
  'host.docker.internal.evil.example',
  '192.168.1.66',
  '0.0.0.0',
  '[::]',
  'evil.example@192.168.1.5',
  '192.168.1.5:3000:80',
  '192.168.1.5/',
  '192.168.1.5 ',
  '3232235781',
  '[::ffff:192.168.1.5]',
];

describe('the names that a laptop answers to', () => {
  it.each(LOOPBACKS)('are those of the loopback, wherever it listens: %s', (host) => {
    const answers = ['127.0.0.1', '0.0.0.0', '::', '192.168.1.5'].map((at) =>
      listeningAt(at).isOwnHost(host, '192.168.1.5'),
    );

    expect(answers).toEqual([true, true, true, true]);
  });

  it.each(GUESTS)(
    'are what emulators and containers call it where it listens everywhere, and nowhere else: %s',
    (host) => {
      const answers = ['0.0.0.0', '::', '127.0.0.1', '192.168.1.5'].map((at) =>
        listeningAt(at).isOwnHost(host, '192.168.1.5'),
      );

      expect(answers).toEqual([true, true, false, false]);
    },
  );

  it.each([
    ['0.0.0.0', '192.168.1.5', '192.168.1.5:3000'],
    ['::', '::ffff:192.168.1.5', '192.168.1.5:3000'],
    ['::', '2001:db8::5', '[2001:DB8::5]:3000'],
    ['192.168.1.5', '192.168.1.5', '192.168.1.5'],
    ['127.0.0.2', '127.0.0.2', '127.0.0.2:3000'],
  ])('are at %s the address that the request came in by, %s: %s', (at, localAddress, host) => {
    expect(listeningAt(at).isOwnHost(host, localAddress)).toBe(true);
  });

  it.each(STRANGERS)('are no others, by which a page could have pointed its own domain here: %p', (host) => {
    const answers = ['127.0.0.1', '0.0.0.0', '::', '192.168.1.5'].map((at) =>
      listeningAt(at).isOwnHost(host, '192.168.1.5'),
    );

    expect(answers).toEqual([false, false, false, false]);
  });

  it.each([
    ['127.0.0.1', false],
    ['127.0.0.2', false],
    ['::1', false],
    ['0.0.0.0', true],
    ['::', true],
    ['192.168.1.5', true],
    ['2001:db8::5', true],
  ])('are reached from other machines at %s: %p', (at, isOpen) => {
    expect(listeningAt(at).isOpen).toBe(isOpen);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1 and localhost'],
    ['192.168.1.5', '127.0.0.1, localhost and 192.168.1.5'],
    [
      '0.0.0.0',
      '127.0.0.1, localhost, the addresses of this machine, 10.0.2.2, host.docker.internal and host.containers.internal',
    ],
  ])('are told to people, at %s: %s', (at, names) => {
    expect(listeningAt(at).names).toBe(names);
  });
});

describe("the host of a laptop's links", () => {
  const of = (address: string, family: 'IPv4' | 'IPv6', internal = false) =>
    ({ address, family, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as never;
  const lo = [of('127.0.0.1', 'IPv4', true), of('::1', 'IPv6', true)];
  const wifi = [of('fe80::1', 'IPv6'), of('2001:db8::5', 'IPv6'), of('192.168.1.5', 'IPv4')];

  it.each([
    ['192.168.1.5', { lo, wifi }, '192.168.1.5'],
    ['2001:db8::5', { lo, wifi }, '[2001:db8::5]'],
    ['127.0.0.1', { lo, wifi }, '127.0.0.1'],
    ['0.0.0.0', { lo, wifi }, '192.168.1.5'],
    ['::', { lo, wifi, other: [of('10.0.0.9', 'IPv4')] }, '192.168.1.5'],
    ['0.0.0.0', { lo, wifi: wifi.slice(0, 2) }, '[2001:db8::5]'],
    ['0.0.0.0', { lo, wifi: wifi.slice(0, 1) }, '127.0.0.1'],
    ['0.0.0.0', { lo, gone: undefined }, '127.0.0.1'],
  ])('at %s with %j is %s', (at, interfaces, host) => {
    expect(publicHost(listeningAt(at), interfaces)).toBe(host);
  });
});

describe('the address of a peer', () => {
  it.each([
    ['::ffff:192.168.1.7', '192.168.1.7'],
    ['192.168.1.7', '192.168.1.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:1:2', '::ffff:1:2'],
    [undefined, ''],
  ])('%s is written %s', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });
});
