import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Keyring, KeyringDocument } from '../../shared/keyring/keyring.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { makeInvocationHooks } from '../../shared/lambda/invocation-hooks.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeAccessTokenSigner, makeAccessTokenVerifier } from '../../shared/session/access-tokens.ts';
import { leaksIn } from '../support/leaks.ts';
import { KEYRING_ARN, PLACEHOLDER, type RotationWorld, startRotationWorld } from '../support/rotation-world.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';
import { testKeyringFile } from '../support/test-keyring.ts';
import { withoutTimeouts } from '../support/waits.ts';

const FIRST = '11111111-1111-4111-8111-111111111111';
const FIVE_MINUTES = 5 * 60;
const ROOT_KNOWN_SECONDS = 75 * 60;
const KEY_KNOWN_SECONDS = ROOT_KNOWN_SECONDS + 2 * 3600 + 15 * 60;

const document: KeyringDocument = { roots: [newRoot(1)], signingKeys: [newSigningKey('first')] };
const authority = { issuer: 'https://auth.bookshelf.example', audience: 'keyturn' };

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as { kid: string }).kid;

describe('a keyring in Secrets Manager', () => {
  let world: RotationWorld;
  beforeAll(async () => {
    world = await startRotationWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => world.secrets.reset(JSON.stringify(document)));

  const hooks = makeInvocationHooks();
  const place = () => ({ clock: world.clock, randomness: csprng, log: () => undefined, hooks });
  const open = (): Promise<Keyring> => openKeyring({ ...place(), config: { keyring: KEYRING_ARN } });
  const passed = (keyring: Keyring, seconds: number): Promise<void> =>
    withoutTimeouts(async () => {
      world.clock.advance(seconds);
      keyring.currentVersion();
      await hooks.afterInvoke();
    });
  const tokensOf = (keyring: Keyring) => {
    const shared = { keyring, authority, clock: world.clock, randomness: csprng };
    const principal = () => ({
      accountId: csprng.uuid(),
      sessionId: csprng.uuid(),
      epoch: 1,
      authTimeEpochSeconds: world.clock.nowSeconds(),
      methods: ['pwd'],
    });
    const signer = makeAccessTokenSigner({ ...shared, lifetimeSeconds: 300 });
    return { sign: () => signer.sign(principal()), verify: makeAccessTokenVerifier(shared).verify };
  };

  /** @asvs 13.3.1 */
  it('is read once, the current version of it, and again after five minutes', async () => {
    const keyring = await open();
    await passed(keyring, FIVE_MINUTES);
    const reads = world.secrets.calls.length;

    await passed(keyring, 1);

    expect(reads).toBe(1);
    expect(world.secrets.calls).toEqual(
      Array.from({ length: 2 }, () => ({
        operation: 'GetSecretValue',
        input: { SecretId: KEYRING_ARN, VersionStage: 'AWSCURRENT' },
      })),
    );
  });

  it('is as old as the version that is current, also once it is rotated', async () => {
    const [version] = world.secrets.versions.values();
    if (version) version.createdAtEpochSeconds = world.clock.nowSeconds() - 3600.5; // as Secrets Manager writes an instant
    const keyring = await open();
    world.clock.advance(10);
    const before = keyring.ageSeconds();
    world.secrets.overwrite(FIRST, JSON.stringify(document));
    const next = world.secrets.versions.get(FIRST);
    if (next) next.createdAtEpochSeconds = world.clock.nowSeconds() - 60;

    await passed(keyring, FIVE_MINUTES);

    expect([before, keyring.ageSeconds()]).toEqual([3610.5, 360]);
  });

  it('is of no age that is known where its store tells none', async () => {
    const keyring = await open();

    expect(keyring.ageSeconds()).toBeNull();
  });

  /** @asvs 11.2.2 */
  it('signs with its new key from its second on, and verifies what was signed before', async () => {
    const keyring = await open();
    const { sign, verify } = tokensOf(keyring);
    await world.rotate(FIRST);
    await passed(keyring, FIVE_MINUTES + 1);
    await passed(keyring, KEY_KNOWN_SECONDS - FIVE_MINUTES - 2);

    const before = sign();
    world.clock.advance(1);
    const after = sign();

    expect(kidOf(before)).toBe('first');
    expect(kidOf(after)).toBe(keyring.publicKeys()[1]?.kid);
    expect([await verify(before), await verify(after)]).toEqual([expect.anything(), expect.anything()]);
  });

  it('makes new things with its new root from its second on, and reads what rests under the old one', async () => {
    const keyring = await open();
    const old = keyring.encrypt('totp-secret', Buffer.from('secret'), 'owner', csprng.bytes(12));
    await world.rotate(FIRST);
    await passed(keyring, FIVE_MINUTES + 1);
    await passed(keyring, ROOT_KNOWN_SECONDS - FIVE_MINUTES - 2);

    const before = keyring.currentVersion();
    world.clock.advance(1);
    const after = keyring.currentVersion();

    expect([before, after]).toEqual([1, 2]);
    expect(keyring.decrypt('totp-secret', old, 'owner')?.toString()).toBe('secret');
  });

  it('is read again for what a younger root made, which is not taken for broken', async () => {
    const thawed = await open();
    await world.rotate(FIRST);
    world.clock.advance(ROOT_KNOWN_SECONDS);
    const young = (await open()).encrypt('totp-secret', Buffer.from('secret'), 'owner', csprng.bytes(12));

    const before = thawed.decrypt('totp-secret', young, 'owner');
    await thawed.refreshFor(2);
    const after = thawed.decrypt('totp-secret', young, 'owner');
    await thawed.refreshFor(3);

    expect([before, after?.toString()]).toEqual([null, 'secret']);
    expect(thawed.decrypt('totp-secret', young.replace(/^2/, '3'), 'owner')).toBeNull();
  });

  it.each(['server-error', 'throttle', 'reset', 'access-denied'] as const)(
    'stays good through a %s, and is read anew when that is over',
    async (fault) => {
      const keyring = await open();
      const mac = keyring.hmac('limit-key', 'text');
      await world.rotate(FIRST);
      world.secrets.fail(fault);
      await passed(keyring, FIVE_MINUTES + 1);
      const during = [keyring.newestVersion(), keyring.hmac('limit-key', 'text')];
      world.secrets.heal();

      await passed(keyring, FIVE_MINUTES + 1);

      expect(during).toEqual([1, mac]);
      expect(keyring.newestVersion()).toBe(2);
    },
  );

  it.each([
    ['a placeholder', PLACEHOLDER],
    ['nothing', null],
  ])(
    'is not ready while the secret holds %s: a function answers 503 until the first rotation is done',
    async (_, text) => {
      world.secrets.reset(text);
      const ask = await world.describeService();

      const before = [await ask('describe-service/jwks'), await ask('describe-service/jwks')];
      await world.rotate(FIRST);
      const after = await ask('describe-service/jwks');

      const unavailable = { status: 503, body: { code: 'unavailable' } };
      expect(before).toMatchObject([unavailable, unavailable]);
      expect(after).toMatchObject({ status: 200, body: { keys: [{ kty: 'RSA' }] } });
      expect(world.logs.join()).toContain('KeyringNotReady');
    },
  );

  it.each(['server-error', 'throttle', 'reset'] as const)(
    'lets no function start at a %s, and every one start at the next request',
    async (fault) => {
      world.secrets.fail(fault);
      const ask = await world.describeService();

      const during = await ask('describe-service/health');
      world.secrets.heal();
      const after = await ask('describe-service/health');

      expect(during).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(after.status).toBe(200);
    },
  );

  it('is no outage where the function may not read it: that is for the operator to mend', async () => {
    world.secrets.fail('access-denied');
    const ask = await world.describeService();

    const answer = await ask('describe-service/health');

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
  });

  it.each([
    ['half of it', JSON.stringify(document).slice(0, 800), 'KeyringBroken'],
    ['a keyring with a part missing', JSON.stringify({ ...document, signingKeys: [] }), 'KeyringBroken'],
    ['a placeholder', PLACEHOLDER, 'KeyringNotReady'],
  ])('opens with an error that says nothing of a secret that holds %s', async (_, text, name) => {
    world.secrets.reset(text);

    const error = (await open().catch((thrown: unknown) => thrown)) as Error;

    expect(error.name).toBe(name);
    const secrets = { root: document.roots[0]?.secret ?? '', d: document.signingKeys[0]?.privateKey.d ?? '' };
    expect(leaksIn([String(error.stack), JSON.stringify(error), String(error.cause)], secrets)).toEqual([]);
    expect(String(error.stack)).not.toContain('mt0yuVn5');
  });

  it('opens with an error that repeats nothing of what Secrets Manager said', async () => {
    world.secrets.fail('access-denied'); // the server's message quotes the secret

    const error = (await open().catch((thrown: unknown) => thrown)) as Error;

    expect(error).toMatchObject({ name: 'SecretRefused', code: 'AccessDeniedException', message: '' });
    expect(leaksIn(String(error.stack), { root: document.roots[0]?.secret ?? '' })).toEqual([]);
  });
});

describe('the keyring', () => {
  it('is read, from a file or a secret, without the SDK, whose client would be half of a cold start', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'keyturn-laptop-'));
    const keyring = pathToFileURL(await testKeyringFile(scratch)).href;
    const script = `
      import { createRequire } from 'node:module';
      const { openKeyring } = await import('./shared/keyring/open-keyring.ts');
      const { systemClock: clock } = await import('./shared/lambda/system-clock.ts');
      const { csprng: randomness } = await import('./shared/primitives/randomness.ts');
      const { cache } = createRequire(process.cwd() + '/');
      const loaded = () => Object.keys(cache).filter((file) => file.includes('client-secrets-manager')).length;
      const { makeInvocationHooks } = await import('./shared/lambda/invocation-hooks.ts');
      const config = { keyring: ${JSON.stringify(keyring)} };
      await openKeyring({ config, clock, randomness, log: console.error, hooks: makeInvocationHooks() });
      await import('./shared/aws/read-secret.ts');
      const before = loaded();
      await import('./shared/aws/secrets-client.ts');
      console.log(before, loaded() > 0);`;

    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });

    rmSync(scratch, { recursive: true });
    expect(output.trim()).toBe('0 true');
  });
});
