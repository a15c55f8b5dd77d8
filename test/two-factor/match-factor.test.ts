import { describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { type CodeCandidate, makeMatchFactor } from '../../shared/two-factor/match-factor.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const signingKeys = [newSigningKey('only')];
const secrets = makeFactorSecrets({ keyring: makeKeyring({ roots: [newRoot(1)], signingKeys }), randomness: csprng });
const matchFactor = makeMatchFactor(secrets);

const NOW = 1_795_251_600;
const STEP = NOW / 30;
const ACCOUNT = '11111111-1111-4111-8111-111111111111';
const PHONE = { id: 'phone', secret: Buffer.from('12345678901234567890') };
const TABLET = { id: 'tablet', secret: Buffer.from('abcdefghijklmnopqrst') };
const RECOVERY = ['0123456789ABCDEF', 'FEDCBA9876543210', 'GHJKMNPQRSTVWXYZ'] as const;
const SENT = { verificationId: '33333333-3333-4333-8333-333333333333', phoneNumber: '+436641234567' };

const appOf = ({ id, secret }: typeof PHONE, lastStep: number) => ({
  [id]: { secret: secrets.encryptTotp(secret, { accountId: ACCOUNT, appId: id }), lastStep },
});
const codeOf = ({ secret }: typeof PHONE, epoch = NOW): string => generateSync({ secret, epoch });

const candidate = (code: string, changes: Partial<CodeCandidate> = {}): CodeCandidate => ({
  accountId: ACCOUNT,
  code,
  factors: ['totp', 'sms', 'recovery_code'],
  apps: { ...appOf(PHONE, STEP - 10), ...appOf(TABLET, STEP - 10) },
  recoveryCodes: Object.fromEntries(RECOVERY.map((one) => [secrets.hashRecoveryCode(one, ACCOUNT), 1])),
  sms: { ...SENT, hash: secrets.hashSmsCode('042042', SENT) },
  nowSeconds: NOW,
  ...changes,
});

describe('match-factor', () => {
  it.each([PHONE, TABLET])('knows a code of any app of the account, and whose it is: $id', async (app) => {
    expect(await matchFactor(candidate(codeOf(app)))).toEqual({ factor: 'totp', appId: app.id, step: STEP });
  });

  it("takes an app's code once, and leaves the other app's alone", async () => {
    const apps = { ...appOf(PHONE, STEP), ...appOf(TABLET, STEP - 1) };

    expect(await matchFactor(candidate(codeOf(PHONE), { apps }))).toBeNull();
    expect(await matchFactor(candidate(codeOf(TABLET), { apps }))).toMatchObject({ appId: 'tablet' });
  });

  it("takes no code of an app that was moved here from another account's row", async () => {
    const foreign = secrets.encryptTotp(PHONE.secret, { accountId: 'somebody-else', appId: PHONE.id });
    const renamed = secrets.encryptTotp(PHONE.secret, { accountId: ACCOUNT, appId: TABLET.id });

    const proofs = await Promise.all(
      [foreign, renamed].map((secret) =>
        matchFactor(candidate(codeOf(PHONE), { apps: { [PHONE.id]: { secret, lastStep: 0 } } })),
      ),
    );

    expect(proofs).toEqual([null, null]);
  });

  it('goes on to the next app when the secret of one can not be opened', async () => {
    const apps = { [PHONE.id]: { secret: 'damaged', lastStep: 0 }, ...appOf(TABLET, 0) };

    expect(await matchFactor(candidate(codeOf(TABLET), { apps }))).toMatchObject({ appId: 'tablet' });
  });

  it('knows the code that was sent last, and where it went', async () => {
    expect(await matchFactor(candidate('042042'))).toEqual({ factor: 'sms', phoneNumber: SENT.phoneNumber });
  });

  it('takes no code by SMS when none is out', async () => {
    expect(await matchFactor(candidate('042042', { sms: null }))).toBeNull();
  });

  it.each(['0123456789ABCDEF', '0123456789abcdef', 'O123456789ABCDEF', 'oi23456789abcdef'])(
    'knows a recovery code spelled %j, and tells how many are left without it',
    async (code) => {
      const hash = secrets.hashRecoveryCode(RECOVERY[0], ACCOUNT);

      expect(await matchFactor(candidate(code))).toEqual({ factor: 'recovery_code', hash, left: 2 });
    },
  );

  it("takes no recovery code of another account's, though it is the same text", async () => {
    const recoveryCodes = { [secrets.hashRecoveryCode(RECOVERY[0], 'somebody-else')]: 1 };

    expect(await matchFactor(candidate(RECOVERY[0], { recoveryCodes }))).toBeNull();
  });

  it.each<[string, string, Partial<CodeCandidate>]>([
    ["an app's code while apps are locked", codeOf(PHONE), { factors: ['sms', 'recovery_code'] }],
    ['a code by SMS while SMS is locked', '042042', { factors: ['totp', 'recovery_code'] }],
    ['a recovery code while those are locked', RECOVERY[0], { factors: ['totp', 'sms'] }],
    ['any code while everything is locked', codeOf(PHONE), { factors: [] }],
  ])('never compares what no try was spent for: %s', async (_, code, changes) => {
    const unused = new Proxy(secrets, {
      get: (target, name) => {
        if (name === 'decryptTotp' && changes.factors?.includes('totp')) return target.decryptTotp;
        if (name === 'isSmsCode' && changes.factors?.includes('sms')) return target.isSmsCode;
        if (name === 'hashRecoveryCodeLike' && changes.factors?.includes('recovery_code'))
          return target.hashRecoveryCodeLike;
        throw new Error(`${String(name)} was asked`);
      },
    });

    expect(await makeMatchFactor(unused)(candidate(code, changes))).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['five digits', '42042'],
    ['seven digits', '0420420'],
    ['1e5', '1e5'],
    ['full-width digits', '０４２０４２'],
    ['an emoji', '🔑'],
    ['15 characters', RECOVERY[0].slice(1)],
    ['17 characters', `${RECOVERY[0]}0`],
    ['a name of every object', '__proto__'],
    ['a stored hash', secrets.hashRecoveryCode(RECOVERY[0], ACCOUNT)],
    ['64 characters', 'A'.repeat(64)],
  ])('takes nothing that is %s, and throws at nothing', async (_, code) => {
    expect(await matchFactor(candidate(code))).toBeNull();
  });

  it('proves nothing to an account that has nothing', async () => {
    const proofs = await Promise.all(
      [codeOf(PHONE), '042042', RECOVERY[0]].map((code) =>
        matchFactor(candidate(code, { apps: {}, recoveryCodes: {}, sms: null })),
      ),
    );

    expect(proofs).toEqual([null, null, null]);
  });
});
