import { describe, expect, it } from '@jest/globals';
import type { KeyringDocument } from '../../shared/keyring/keyring.ts';
import { readKeyringText } from '../../shared/keyring/keyring-text.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const keyring: KeyringDocument = { roots: [newRoot(1)], signingKeys: [newSigningKey('first')] };
const text = JSON.stringify(keyring);

describe('keyring-text', () => {
  it('reads a keyring', () => {
    expect(readKeyringText(text)).toEqual(keyring);
  });

  /** @asvs 13.2.3 */
  it.each(['{}', '{"placeholder":"x"}', '{"username":"a","password":"b"}'])('knows %s for a placeholder', (stored) => {
    expect(readKeyringText(stored)).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['a password', 'a password'],
    ['a JSON text', '"a password"'],
    ['a number', '1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['half a keyring', text.slice(0, text.length / 2)],
    ['a keyring in a list', `[${text}]`],
    ['a keyring in a text', JSON.stringify(text)],
    ['a keyring further down', JSON.stringify({ value: { keyring } })],
    ['a keyring of which only the keys are left', JSON.stringify({ keys: [keyring.signingKeys[0]] })],
    ['roots without signing keys', JSON.stringify({ roots: keyring.roots })],
    ['signing keys without roots', JSON.stringify({ signingKeys: keyring.signingKeys })],
    ['the words in other letters', JSON.stringify({ Roots: keyring.roots, SigningKeys: [] })],
  ])('takes %s for a broken keyring, never for a placeholder, and quotes none of it', (_, stored) => {
    const read = () => readKeyringText(stored);

    expect(read).toThrow(expect.objectContaining({ name: 'KeyringBroken', message: '' }));
  });
});
