import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { leaksIn } from '../support/leaks.ts';
import { KEYRING_ARN, PLACEHOLDER, type RotationWorld, startRotationWorld } from '../support/rotation-world.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const FIRST = '11111111-1111-4111-8111-111111111111';
const SECOND = '22222222-2222-4222-8222-222222222222';
const HOUR = 3600;
/** The fixtures of the four steps, in order. */
const STEPS = [
  ['create-secret', 'rotate-keyring/create-secret'],
  ['set-secret', 'rotate-keyring/set-secret'],
  ['test-secret', 'rotate-keyring/test-secret'],
  ['finish-secret', 'rotate-keyring/finish-secret'],
] as const;

const keyring: KeyringDocument = { roots: [newRoot(1)], signingKeys: [newSigningKey('first')] };

const secretsOf = (...documents: KeyringDocument[]): Record<string, string> =>
  Object.fromEntries(
    documents.flatMap(({ roots, signingKeys }, index) => [
      ...roots.map(({ version, secret }) => [`root ${version} of ${index}`, secret] as const),
      ...signingKeys.flatMap(({ kid, privateKey: { d, p, q } }) =>
        [d, p, q].map((part, place) => [`part ${place} of ${kid} of ${index}`, part] as const),
      ),
    ]),
  );

describe('rotate-keyring', () => {
  let world: RotationWorld;
  beforeAll(async () => {
    world = await startRotationWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.secrets.reset(JSON.stringify(keyring));
    world.logs.length = 0;
  });

  const current = (): KeyringDocument => JSON.parse(world.secrets.current() ?? 'null') as KeyringDocument;
  const written = (): string[] =>
    world.secrets.calls.map(({ operation }) => operation).filter((operation) => /^(Put|Update)/.test(operation));
  const lastLine = () => JSON.parse(world.logs.at(-1) ?? '{}') as Record<string, unknown>;
  const labelsOf = (versionId: string): string[] => [...(world.secrets.versions.get(versionId)?.labels ?? [])];

  it.each([
    ['the placeholder of a new secret', PLACEHOLDER],
    ['an empty object', '{}'],
    ['nothing at all', null],
  ])('makes the first keyring of %s, good at once', async (_, text) => {
    world.secrets.reset(text);

    await world.rotate(FIRST);

    const made = makeKeyring(current(), world.clock.nowSeconds);
    expect([made.currentVersion(), made.publicKeys().length]).toEqual([1, 1]);
    expect(Buffer.from(made.publicKeys()[0]?.n ?? '', 'base64url')).toHaveLength(3072 / 8);
  });

  it('adds a root and a signing key, and keeps all that there were', async () => {
    await world.rotate(FIRST);
    await world.rotate(SECOND);

    const { roots, signingKeys } = current();
    expect(roots.slice(0, 1)).toEqual(keyring.roots);
    expect(roots.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(signingKeys.slice(0, 1)).toEqual(keyring.signingKeys);
    expect(signingKeys).toHaveLength(3);
    expect([labelsOf(FIRST), labelsOf(SECOND)]).toEqual([['AWSPREVIOUS'], ['AWSPENDING', 'AWSCURRENT']]);
  });

  it.each(STEPS)('does %s once, however often Secrets Manager asks', async (_, fixture) => {
    const name = fixture.split('/')[1] as (typeof STEPS)[number][0];
    world.secrets.begin(FIRST);
    for (const [step] of STEPS) {
      await world.step(step, FIRST);
      if (step === name) break;
    }
    const before = [world.secrets.current(), world.secrets.versions.get(FIRST)?.text, written()];

    await world.step(name, FIRST);

    expect([world.secrets.current(), world.secrets.versions.get(FIRST)?.text, written()]).toEqual(before);
  });

  it('changes nothing when every step is repeated after the last', async () => {
    await world.rotate(FIRST);
    const before = [world.secrets.current(), written()];

    for (const [step] of STEPS) await world.step(step, FIRST);

    expect([world.secrets.current(), written()]).toEqual(before);
    expect(lastLine()).toMatchObject({ step: 'finishSecret', outcome: 'nothing-to-do' });
  });

  it('makes one keyring of two calls at the same time', async () => {
    world.secrets.begin(FIRST);

    for (const [step] of STEPS) await Promise.all([world.step(step, FIRST), world.step(step, FIRST)]);

    expect(current().roots.map(({ version }) => version)).toEqual([1, 2]);
    expect(written().filter((operation) => operation === 'PutSecretValue')).toHaveLength(2);
    expect(labelsOf(FIRST)).toContain('AWSCURRENT');
  });

  it('lets one of two rotations win, though the other was checked before', async () => {
    world.secrets.begin(FIRST);
    await world.step('create-secret', FIRST);
    world.secrets.interrupt('UpdateSecretVersionStage', () => world.rotate(SECOND));

    await expect(world.step('finish-secret', FIRST)).rejects.toThrow();

    expect(lastLine()).toMatchObject({ outcome: 'failed', code: 'overtaken' });
    expect(labelsOf(SECOND)).toContain('AWSCURRENT');
    expect(current().roots).toHaveLength(2);
  });

  it('is done though the answer to the last write was lost', async () => {
    world.secrets.begin(FIRST);
    await world.step('create-secret', FIRST);
    world.secrets.interrupt('UpdateSecretVersionStage', async () => {
      world.secrets.overwrite(FIRST, world.secrets.versions.get(FIRST)?.text ?? '');
    });

    await world.step('finish-secret', FIRST);

    expect(lastLine()).toMatchObject({ outcome: 'nothing-to-do' });
  });

  it('has a root in the current keyring that came past the rotation: what lacks it never takes its place', async () => {
    world.secrets.begin(FIRST);
    await world.step('create-secret', FIRST);
    const byHand = { ...keyring, roots: [...keyring.roots, newRoot(2)] };
    world.secrets.overwrite('by-hand-and-past-all-rotation-000', JSON.stringify(byHand));

    await expect(world.step('test-secret', FIRST)).rejects.toThrow();
    await expect(world.step('finish-secret', FIRST)).rejects.toThrow();

    expect(lastLine()).toMatchObject({ code: 'root-lost' });
    expect(current()).toEqual(byHand);
  });

  it('does not put a keyring in place so late that its keys would come as a surprise', async () => {
    world.secrets.begin(FIRST);
    await world.step('create-secret', FIRST);
    world.clock.advance(HOUR + 1);

    await expect(world.step('finish-secret', FIRST)).rejects.toThrow();

    expect(lastLine()).toMatchObject({ code: 'too-late' });
    expect(current()).toEqual(keyring);
  });

  it.each([
    ['half of a keyring', JSON.stringify(keyring).slice(0, 500)],
    ['a keyring without its signing keys', JSON.stringify({ roots: keyring.roots })],
    ['a keyring in a list', JSON.stringify([keyring])],
    ['a keyring written as a text', JSON.stringify(JSON.stringify(keyring))],
    ['a keyring one level down', JSON.stringify({ keyring })],
    ['no JSON', 'a password of somebody'],
  ])('never writes over %s', async (_, text) => {
    world.secrets.reset(text);
    world.secrets.begin(FIRST);

    await expect(world.step('create-secret', FIRST)).rejects.toThrow();

    expect([world.secrets.current(), written()]).toEqual([text, []]);
    expect(lastLine()).toMatchObject({ level: 'error', outcome: 'failed', error_name: 'KeyringBroken' });
  });

  it.each([
    ['another secret', FIRST, `${KEYRING_ARN.slice(0, -6)}OtHeR1`, 'other-secret'],
    ['a part of its name', FIRST, KEYRING_ARN.slice(0, -7), 'other-secret'],
    ['a version that the secret does not have', SECOND, KEYRING_ARN, 'version-unknown'],
    ['a version that is not to come', 'the-first-version-that-is-no-more', KEYRING_ARN, 'version-not-pending'],
  ])('refuses %s at every step, and touches nothing', async (_, versionId, secretId, code) => {
    world.secrets.versions.set('the-first-version-that-is-no-more', { text: '{}', labels: new Set() });
    world.secrets.begin(FIRST);

    for (const [step] of STEPS) {
      await expect(world.step(step, versionId, secretId)).rejects.toMatchObject({ name: 'RotationFailed' });
    }

    expect(world.logs.map((line) => JSON.parse(line).code)).toEqual([code, code, code, code]);
    expect(written()).toEqual([]);
  });

  it.each(['test-secret', 'finish-secret'] as const)('refuses %s before there is anything', async (step) => {
    world.secrets.begin(FIRST);

    await expect(world.step(step, FIRST)).rejects.toThrow();

    expect(lastLine()).toMatchObject({ code: 'version-empty' });
    expect(current()).toEqual(keyring);
  });

  it.each(['server-error', 'throttle', 'reset', 'access-denied', 'lost-answer'] as const)(
    'fails at a %s, leaves the keyring as it is, and goes on once that is over',
    async (fault) => {
      world.secrets.begin(FIRST);
      world.secrets.fail(fault);
      await expect(world.step('create-secret', FIRST)).rejects.toThrow();
      const during = current();
      world.secrets.heal();

      for (const [step] of STEPS) await world.step(step, FIRST);

      expect(during).toEqual(keyring);
      expect(current().roots).toHaveLength(2);
    },
  );

  it('logs a line for each step, and nothing of a secret, whatever goes wrong', async () => {
    await world.rotate(FIRST);
    const lines = world.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
    world.secrets.begin(SECOND);
    world.secrets.fail('access-denied');
    const thrown = await world.step('create-secret', SECOND).catch((error: unknown) => error);

    expect(lines.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['createSecret', 'done'],
      ['setSecret', 'nothing-to-do'],
      ['testSecret', 'done'],
      ['finishSecret', 'done'],
    ]);
    expect(lastLine()).toMatchObject({ error_name: 'SecretRefused', code: 'AccessDeniedException' });
    expect(thrown).toMatchObject({ name: 'RotationFailed', message: '' });
    const said = [...world.logs, String((thrown as Error).stack), JSON.stringify(thrown)];
    expect(leaksIn(said, secretsOf(keyring, current()))).toEqual([]);
  });
});
