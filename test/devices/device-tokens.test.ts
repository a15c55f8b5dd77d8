import { describe, expect, it } from '@jest/globals';
import { makeDeviceTokens } from '../../shared/devices/device-tokens.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { KeyringOutdated } from '../../shared/keyring/keyring-outdated.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const TOKEN = {
  deviceId: '11111111-1111-4111-8111-111111111111',
  accountId: '22222222-2222-4222-8222-222222222222',
  epoch: 0x01020304,
};
const EMAIL = 'ada@example.com';
const keyring = makeKeyring({ roots: [newRoot(1)], signingKeys: [newSigningKey('only')] });
const tokens = makeDeviceTokens({ keyring });

describe('a device token', () => {
  it('gives back the device, the account and the epoch that it was written for', async () => {
    expect(await tokens.read(tokens.write(TOKEN, EMAIL), EMAIL)).toEqual(TOKEN);
  });

  it('has its parts where tokens that are out have them', () => {
    const bytes = Buffer.from(tokens.write(TOKEN, EMAIL), 'base64url');

    expect(bytes.subarray(2, -16).toString('hex')).toBe(
      ['11111111111141118111111111111111', '22222222222242228222222222222222', '01020304'].join(''),
    );
  });

  it.each(['bob@example.com', ''])('is none for an account of the address %j', async (email) => {
    expect(await tokens.read(tokens.write(TOKEN, EMAIL), email)).toBeNull();
  });

  it('is none where nothing came, or what was never issued', async () => {
    expect([await tokens.read(null, EMAIL), await tokens.read('invented', EMAIL)]).toEqual([null, null]);
  });

  it('is none while its key can not be read: the request goes on as without it', async () => {
    const refreshFor = () => Promise.reject(new KeyringOutdated('1'));
    const unread = makeDeviceTokens({ keyring: { ...keyring, refreshFor } });

    expect(await unread.read(tokens.write(TOKEN, EMAIL), EMAIL)).toBeNull();
  });

  it('hides no other fault of the keyring', async () => {
    const refreshFor = () => Promise.reject(new TypeError('a defect'));
    const broken = makeDeviceTokens({ keyring: { ...keyring, refreshFor } });

    await expect(broken.read(tokens.write(TOKEN, EMAIL), EMAIL)).rejects.toThrow('a defect');
  });
});
