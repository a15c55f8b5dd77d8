import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Keyring, KeyringDocument } from '../../shared/keyring/keyring.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { makeInvocationHooks } from '../../shared/lambda/invocation-hooks.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type FakeClock, makeFakeClock } from '../support/fake-clock.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const FIVE_MINUTES = 5 * 60;

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-open-keyring-'));
const file = join(scratch, 'keyring.json');
const document: KeyringDocument = { roots: [newRoot(1)], signingKeys: [newSigningKey('first')] };
const rotated: KeyringDocument = {
  roots: [...document.roots, newRoot(2)],
  signingKeys: [...document.signingKeys, newSigningKey('second')],
};

const write = (content: unknown): void =>
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));

describe('open-keyring', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = makeFakeClock();
    write(document);
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  const hooks = makeInvocationHooks();
  const place = () => ({ clock, randomness: csprng, log: () => undefined, hooks });
  const open = (): Promise<Keyring> => openKeyring({ ...place(), config: { keyring: pathToFileURL(file).href } });

  /** What the keyring says when a re-read, if there is one, has ended. */
  const settled = async (keyring: Keyring): Promise<number> => {
    keyring.currentVersion();
    await hooks.afterInvoke();
    return keyring.currentVersion();
  };

  it('reads the file once, and does not look again for five minutes', async () => {
    const keyring = await open();
    write(rotated);
    clock.advance(FIVE_MINUTES);

    expect(await settled(keyring)).toBe(1);
  });

  it('reads it again in the background after five minutes: who asks first is not kept waiting', async () => {
    const keyring = await open();
    write(rotated);
    clock.advance(FIVE_MINUTES + 1);

    const first = keyring.currentVersion();
    const then = await settled(keyring);

    expect([first, then]).toEqual([1, 2]);
    expect(keyring.publicKeys().map(({ kid }) => kid)).toEqual(['first', 'second']);
    expect(keyring.hmacOfVersion(1, 'refresh-seal', 'text')).toEqual(
      (await open()).hmacOfVersion(1, 'refresh-seal', 'text'),
    );
  });

  it.each<[string, (keyring: Keyring) => unknown]>([
    ['its version', (keyring) => keyring.currentVersion()],
    ['a MAC', (keyring) => keyring.hmac('limit-key', 'text')],
    ['a MAC of a version', (keyring) => keyring.hmacOfVersion(1, 'limit-key', 'text')],
    ['the signing key', (keyring) => keyring.signingKey(0)],
    ['the public keys', (keyring) => keyring.publicKeys()],
  ])('reads it again whoever asks: %s', async (_, ask) => {
    const keyring = await open();
    write(rotated);
    clock.advance(FIVE_MINUTES + 1);

    ask(keyring);
    await hooks.afterInvoke();

    expect(keyring.publicKeys()).toHaveLength(2);
  });

  it.each<[string, () => void]>([
    ['is gone', () => rmSync(file)],
    ['is half written', () => write(JSON.stringify(rotated).slice(0, 200))],
    ['is no keyring', () => write({ roots: [], signingKeys: [] })],
  ])('keeps the keys that it has when the file %s, and takes the new ones once they are there', async (_, spoil) => {
    const keyring = await open();
    const mac = keyring.hmac('limit-key', 'text');
    spoil();
    clock.advance(FIVE_MINUTES + 1);

    const without = await settled(keyring);
    const macWithout = keyring.hmac('limit-key', 'text');
    write(rotated);
    clock.advance(FIVE_MINUTES + 1);
    const again = await settled(keyring);

    expect([without, again]).toEqual([1, 2]);
    expect(macWithout).toEqual(mac);
  });

  it.each<[string, () => void]>([
    ['is missing', () => rmSync(file)],
    ['is half written', () => write(JSON.stringify(document).slice(0, 200))],
    ['is no keyring', () => write({})],
  ])('does not open at all when the file %s at first', async (_, spoil) => {
    spoil();

    await expect(open()).rejects.toThrow();
  });

  it.each([null, '/etc/keyring.json', 'https://evil.example/keyring.json', 'data:application/json,{}'])(
    'reads nothing from %j',
    async (keyring) => {
      await expect(openKeyring({ ...place(), config: { keyring } })).rejects.toThrow();
    },
  );
});
