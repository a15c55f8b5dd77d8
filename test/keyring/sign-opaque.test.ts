import { describe, expect, it } from '@jest/globals';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { type OpaqueKind, signOpaque, verifyOpaque } from '../../shared/keyring/sign-opaque.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const KIND: OpaqueKind = { format: 7, purpose: 'challenge-seal', payloadBytes: 33, livesSeconds: 600 };
const NOW = 1_795_251_600;
const PAYLOAD = Buffer.from('0123456789abcdef0123456789abcdef!');
const signingKeys = [newSigningKey('only')];
const roots = [newRoot(1), newRoot(2)];
const older = makeKeyring({ roots: roots.slice(0, 1), signingKeys });
const keyring = makeKeyring({ roots, signingKeys });
const stranger = makeKeyring({ roots: [newRoot(1), newRoot(2)], signingKeys });

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('sign-opaque', () => {
  it('gives back the bytes that were signed, in a text that is longer by a header and a MAC of 128 bits', async () => {
    const text = signOpaque(keyring, KIND, PAYLOAD);

    expect(text).toMatch(/^[\w-]+$/);
    expect(Buffer.from(text, 'base64url')).toHaveLength(2 + PAYLOAD.length + 16);
    expect(await verifyOpaque(keyring, KIND, text)).toEqual(PAYLOAD);
  });

  it('is the same for the same bytes, and different for others', () => {
    const other = Buffer.from(PAYLOAD);
    other.writeUInt8(1, 0);

    expect(signOpaque(keyring, KIND, PAYLOAD)).toBe(signOpaque(keyring, KIND, PAYLOAD));
    expect(signOpaque(keyring, KIND, other).slice(-20)).not.toBe(signOpaque(keyring, KIND, PAYLOAD).slice(-20));
  });

  it.each(['', 'ada@example.con', 'ada@example.co', 'bda@example.com'])(
    'refuses what is bound to something else: to ada@example.com, where %j is given',
    async (given) => {
      const text = signOpaque(keyring, KIND, PAYLOAD, 'ada@example.com');

      expect(await verifyOpaque(keyring, KIND, text, given)).toBeNull();
      expect(await verifyOpaque(keyring, KIND, text, 'ada@example.com')).toEqual(PAYLOAD);
      expect(Buffer.from(text, 'base64url')).toHaveLength(2 + PAYLOAD.length + 16);
    },
  );

  it('reads what was signed before the keyring was rotated', async () => {
    const lasting = { ...KIND, livesSeconds: null };

    expect(await verifyOpaque(keyring, lasting, signOpaque(older, lasting, PAYLOAD))).toEqual(PAYLOAD);
  });

  it.each([
    ['reads what was signed just before a younger root came into use', 599, PAYLOAD],
    [
      'refuses it once all of it is over: a signature made with the older root now is made with a stolen one',
      600,
      null,
    ],
  ])('%s', async (_, seconds, read) => {
    const next = { ...newRoot(2), activeFromEpochSeconds: NOW };
    const rotated = makeKeyring({ roots: [roots[0], next], signingKeys }, () => NOW + seconds);

    expect(await verifyOpaque(rotated, KIND, signOpaque(older, KIND, PAYLOAD))).toEqual(read);
  });

  it('reads what the current root signed while a younger one is published and not in use', async () => {
    const next = { ...newRoot(2), activeFromEpochSeconds: NOW + 1 };
    const published = makeKeyring({ roots: [roots[0], next], signingKeys }, () => NOW);

    expect(await verifyOpaque(published, KIND, signOpaque(published, KIND, PAYLOAD))).toEqual(PAYLOAD);
  });

  it('counts from the first of several younger roots', async () => {
    const second = { ...newRoot(2), activeFromEpochSeconds: NOW - 600 };
    const third = { ...newRoot(3), activeFromEpochSeconds: NOW };
    const twice = makeKeyring({ roots: [roots[0], third, second], signingKeys }, () => NOW);

    expect(await verifyOpaque(twice, KIND, signOpaque(older, KIND, PAYLOAD))).toBeNull();
  });

  it('refuses what an unknown version signed', async () => {
    expect(await verifyOpaque(older, KIND, signOpaque(keyring, KIND, PAYLOAD))).toBeNull();
  });

  it('refuses what others signed', async () => {
    expect(await verifyOpaque(keyring, KIND, signOpaque(stranger, KIND, PAYLOAD))).toBeNull();
  });

  it.each<[string, Partial<OpaqueKind>]>([
    ['of another format', { format: 8 }],
    ['of another purpose', { purpose: 'verification-seal' }],
    ['of a shorter payload', { payloadBytes: 32 }],
    ['of a longer payload', { payloadBytes: 34 }],
  ])('refuses a token %s', async (_, change) => {
    expect(await verifyOpaque(keyring, { ...KIND, ...change }, signOpaque(keyring, KIND, PAYLOAD))).toBeNull();
  });

  it('refuses one with a bit changed, whichever', async () => {
    const bytes = Buffer.from(signOpaque(keyring, KIND, PAYLOAD), 'base64url');

    const opened = await Promise.all(
      Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return verifyOpaque(keyring, KIND, changed.toString('base64url'));
      }),
    );

    expect(opened.filter((one) => one !== null)).toEqual([]);
  });

  it.each<[string, (text: string) => string]>([
    ['nothing', () => ''],
    ['cut off', (text) => text.slice(0, -1)],
    ['with more behind it', (text) => `${text}A`],
    ['with padding', (text) => `${text}=`],
    ['with a blank before it', (text) => ` ${text}`],
    ['with a line end', (text) => `${text}\n`],
    ['in plain base64', (text) => Buffer.from(text, 'base64url').toString('base64')],
    ['far too long', (text) => text.repeat(200)],
    ['zeros', (text) => Buffer.alloc((text.length * 3) / 4).toString('base64url')],
  ])('refuses what is %s', async (_, spelled) => {
    // Bytes whose base64 and base64url differ.
    const payload = Buffer.alloc(KIND.payloadBytes, 0xfb);

    expect(await verifyOpaque(keyring, KIND, spelled(signOpaque(keyring, KIND, payload)))).toBeNull();
  });

  it('knows a token by one spelling alone, though base64 has several for the same bytes', async () => {
    // 2 + 32 + 16 bytes leave two bits of the last character unused.
    const kind = { ...KIND, payloadBytes: 32 };
    const text = signOpaque(keyring, kind, PAYLOAD.subarray(0, 32));
    const neighbour = text.slice(0, -1) + BASE64URL.charAt(BASE64URL.indexOf(text.slice(-1)) + 1);

    expect(Buffer.from(neighbour, 'base64url')).toEqual(Buffer.from(text, 'base64url'));
    expect(await verifyOpaque(keyring, kind, neighbour)).toBeNull();
  });
});
