import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const signingKeys = [newSigningKey('only')];
const roots = [newRoot(1), newRoot(2)];
const secretsOf = (some: typeof roots) =>
  makeFactorSecrets({ keyring: makeKeyring({ roots: some, signingKeys }), randomness: csprng });
const older = secretsOf(roots.slice(0, 1));
const secrets = secretsOf(roots);
const stranger = secretsOf([newRoot(1), newRoot(2)]);

const ADA = { accountId: '11111111-1111-4111-8111-111111111111', appId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa' };
const BOB = { accountId: '22222222-2222-4222-8222-222222222222', appId: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb' };
const SECRET = Buffer.from('12345678901234567890');
const CODE = '0123456789ABCDEF';
const SENT = { verificationId: '33333333-3333-4333-8333-333333333333', phoneNumber: '+436641234567' };

/** A purpose's key, derived from the root independently of the keyring. */
const keyOf = (purpose: string, version = 2): Buffer => {
  const root = Buffer.from(roots[version - 1]?.secret ?? '', 'base64url');
  return Buffer.from(hkdfSync('sha256', root, '', `keyturn/${purpose}`, 32));
};

describe("an authenticator app's secret", () => {
  it('is opened for the account and the app that it was encrypted for', async () => {
    expect(await secrets.decryptTotp(secrets.encryptTotp(SECRET, ADA), ADA)).toEqual(SECRET);
  });

  /** @asvs 11.3.1, 11.3.2 */
  it('is encrypted with AES-256-GCM under a 96-bit IV of its own, bound to account and app', () => {
    const encrypted = secrets.encryptTotp(SECRET, ADA);

    const [version, iv = '', text, tag] = encrypted.split('.');
    const ivBytes = Buffer.from(iv, 'base64url');
    const cipher = createCipheriv('aes-256-gcm', keyOf('totp-secret'), ivBytes);
    cipher.setAAD(Buffer.from(`${ADA.accountId}/${ADA.appId}`));
    const expected = Buffer.concat([cipher.update(SECRET), cipher.final()]);
    expect(ivBytes).toHaveLength(12);
    expect([version, text, tag]).toEqual([
      '2',
      expected.toString('base64url'),
      cipher.getAuthTag().toString('base64url'),
    ]);
  });

  it('never looks the same twice', () => {
    const encrypted = Array.from({ length: 200 }, () => secrets.encryptTotp(SECRET, ADA));

    expect(new Set(encrypted.map((one) => one.split('.')[1])).size).toBe(200);
    expect(new Set(encrypted.map((one) => one.split('.')[2])).size).toBe(200);
  });

  it.each([
    ["another account's", { ...ADA, accountId: BOB.accountId }],
    ['another app of the same account', { ...ADA, appId: BOB.appId }],
    ['account and app the other way round', { accountId: ADA.appId, appId: ADA.accountId }],
    ['nobody', { accountId: '', appId: '' }],
  ])('does not open when it was moved to be %s', async (_, owner) => {
    expect(await secrets.decryptTotp(secrets.encryptTotp(SECRET, ADA), owner)).toBeNull();
  });

  /** @asvs 11.3.3 */
  it('does not open with a bit of it changed, whichever', async () => {
    const [version, ...parts] = secrets.encryptTotp(SECRET, ADA).split('.');

    const opening = parts.flatMap((part, index) => {
      const bytes = Buffer.from(part, 'base64url');
      return Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return secrets.decryptTotp([version, ...parts.with(index, changed.toString('base64url'))].join('.'), ADA);
      });
    });
    const opened = await Promise.all(opening);

    expect(opened).toHaveLength((12 + 20 + 16) * 8);
    expect(opened.filter((one) => one !== null)).toEqual([]);
  });

  it.each<[string, (encrypted: string) => string]>([
    ['has lost its tag', (encrypted) => encrypted.split('.').slice(0, 3).join('.')],
    ['has a tag of 32 bits', (encrypted) => encrypted.replace(/[\w-]+$/, (tag) => tag.slice(0, 6))],
    ['has an empty tag', (encrypted) => encrypted.replace(/[\w-]+$/, '')],
    ['has no IV', (encrypted) => encrypted.replace(/\.[\w-]+/, '.')],
    ['is of a version that is not known', (encrypted) => encrypted.replace(/^2/, '3')],
    ['says that it is of the version before', (encrypted) => encrypted.replace(/^2/, '1')],
    ['is of version NaN', (encrypted) => encrypted.replace(/^2/, 'x')],
    ['is empty', () => ''],
    ['is dots', () => '...'],
    ['is the bare secret', () => SECRET.toString('base64url')],
  ])('does not open, and does not throw, when it %s', async (_, changed) => {
    expect(await secrets.decryptTotp(changed(secrets.encryptTotp(SECRET, ADA)), ADA)).toBeNull();
  });

  it('opens after the keyring was rotated, and not without the version it was encrypted with', async () => {
    const before = older.encryptTotp(SECRET, ADA);
    const after = secrets.encryptTotp(SECRET, ADA);

    expect(await secrets.decryptTotp(before, ADA)).toEqual(SECRET);
    expect(await older.decryptTotp(after, ADA)).toBeNull();
  });

  it("does not open under another keyring's keys", async () => {
    expect(await stranger.decryptTotp(secrets.encryptTotp(SECRET, ADA), ADA)).toBeNull();
  });
});

describe("a recovery code's hash", () => {
  /** @asvs 6.5.2 */
  it('is HMAC-SHA-256 under a key that no table has, over account and code', () => {
    const mac = createHmac('sha256', keyOf('recovery-code')).update(`${ADA.accountId}/${CODE}`).digest('base64url');

    expect(secrets.hashRecoveryCode(CODE, ADA.accountId)).toBe(`2.${mac}`);
  });

  it('says nothing of the code to who can compute every hash but has no key', () => {
    expect(stranger.hashRecoveryCode(CODE, ADA.accountId)).not.toBe(secrets.hashRecoveryCode(CODE, ADA.accountId));
  });

  it('is another for another account and for another code', () => {
    const hash = secrets.hashRecoveryCode(CODE, ADA.accountId);

    expect(secrets.hashRecoveryCode(CODE, BOB.accountId)).not.toBe(hash);
    expect(secrets.hashRecoveryCode(CODE.replace('F', 'E'), ADA.accountId)).not.toBe(hash);
  });

  it('is compared under the version of the set, also after the keyring was rotated', async () => {
    const before = older.hashRecoveryCode(CODE, ADA.accountId);

    expect(await secrets.hashRecoveryCodeLike(before, CODE, ADA.accountId)).toBe(before);
    expect(secrets.hashRecoveryCode(CODE, ADA.accountId)).not.toBe(before);
  });

  it('equals none that is stored when its version is not known any more', async () => {
    const stored = secrets.hashRecoveryCode(CODE, ADA.accountId);

    expect(await older.hashRecoveryCodeLike(stored, CODE, ADA.accountId)).not.toBe(stored);
  });
});

describe("an SMS code's hash", () => {
  const hash = secrets.hashSmsCode('012345', SENT);

  it('fits the code, the verification and the number that it was made for', async () => {
    expect(await secrets.isSmsCode(hash, '012345', SENT)).toBe(true);
  });

  it.each<[string, string, Partial<typeof SENT>]>([
    ['another code', '012346', {}],
    ['the code without its leading zero', '12345', {}],
    ['another verification', '012345', { verificationId: BOB.appId }],
    ['another number', '012345', { phoneNumber: '+436641234568' }],
  ])('does not fit %s', async (_, code, change) => {
    expect(await secrets.isSmsCode(hash, code, { ...SENT, ...change })).toBe(false);
  });

  it('fits after the keyring was rotated, and nothing fits it once its version is not known any more', async () => {
    expect(await secrets.isSmsCode(older.hashSmsCode('012345', SENT), '012345', SENT)).toBe(true);
    expect(await older.isSmsCode(hash, '012345', SENT)).toBe(false);
  });

  it.each(['', '2', '2.', '3.', '.', 'x.y', '012345'])('fits nothing when it is %j', async (damaged) => {
    expect(await secrets.isSmsCode(damaged, '012345', SENT)).toBe(false);
  });

  it("can't be taken for a recovery code's: each purpose has a key of its own", () => {
    const bound = `${SENT.verificationId}/${SENT.phoneNumber}/012345`;

    expect(createHmac('sha256', keyOf('sms-code')).update(bound).digest('base64url')).toBe(hash.slice(2));
    expect(createHmac('sha256', keyOf('recovery-code')).update(bound).digest('base64url')).not.toBe(hash.slice(2));
  });
});
