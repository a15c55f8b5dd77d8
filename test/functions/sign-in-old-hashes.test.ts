import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash as argon2, argon2i, argon2id } from 'argon2';
import { DEFAULTS } from '../support/default-settings.ts';
import { writesTo } from '../support/dynamo-shape.ts';
import { GOOD_PASSWORD, recoveryToken, resetPassword, signIn, signUpSomebody } from '../support/journeys.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { readPhcStrictly } from '../support/read-phc-strictly.ts';
import { putRows } from '../support/table-writer.ts';
import { startWorld, type World } from '../support/world.ts';

const { memoryKiB, iterations, parallelism } = DEFAULTS.passwords.argon2;
const TODAYS = { type: argon2id, memoryCost: memoryKiB, timeCost: iterations, parallelism } as const;

/** The salt and the digest of a hash. */
const bytesOf = (phc: string): string[] => phc.split('$').slice(-2);

/** A hash with argon2 0.45's order of parameters, which other languages' decoders refuse. */
const asTheLibraryWrites = async (options: Parameters<typeof argon2>[1] = {}): Promise<string> => {
  const phc = await argon2(GOOD_PASSWORD, { ...TODAYS, ...options, raw: false });
  expect(phc).toMatch(/\$m=\d+,p=\d+,t=\d+/);
  return phc;
};

describe('sign-in with a hash in the order that argon2 0.45 writes', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ hashesAsDeployed: true });
  });
  afterAll(() => world.close());

  const ownerWith = async (phc: string): Promise<{ email: string; accountId: string }> => {
    const { email, account_id: accountId } = await signUpSomebody(world);
    await putRows(world, 'credentials', [{ pk: `ACCOUNT#${accountId}`, sk: 'PASSWORD', schemaVersion: 1, phc }]);
    return { email, accountId };
  };
  const phcOf = async (accountId: string): Promise<string> =>
    String(
      (await world.rows('credentials')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'PASSWORD')?.phc,
    );
  /** Number of hashes replaced during an action; a refused write uses no capacity here. */
  const exchangesDuring = async (something: () => Promise<unknown>): Promise<number> => {
    const before = world.proxy.calls.length;
    await something();
    return world.proxy.calls
      .slice(before)
      .filter(({ body, consumedCapacity }) => JSON.stringify(body).includes('SET #phc = ') && consumedCapacity > 0)
      .length;
  };

  it('lets its owner in and writes the same hash as the standard wants it, without another one computed', async () => {
    const stored = await asTheLibraryWrites();
    const { email, accountId } = await ownerWith(stored);

    const { count } = await hashesDuring(async () => expect((await signIn(world, email)).status).toBe(200));

    const mended = await phcOf(accountId);
    expect(readPhcStrictly(mended)).toMatchObject({ memoryKiB, iterations, parallelism });
    expect(bytesOf(mended)).toEqual(bytesOf(stored));
    expect(count).toBe(1);
    expect((await signIn(world, email)).status).toBe(200);
    expect((await signIn(world, email, 'not the password')).status).toBe(401);
  });

  it('mends it once, of five sign-ins at the same moment, and never again', async () => {
    const { email, accountId } = await ownerWith(await asTheLibraryWrites());
    const statuses: number[] = [];

    const atOnce = await exchangesDuring(async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(world, email)));
      statuses.push(...answers.map(({ status }) => status));
    });
    const mended = await phcOf(accountId);
    const later = await exchangesDuring(() => signIn(world, email));

    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect([atOnce, later]).toEqual([1, 0]);
    expect(() => readPhcStrictly(mended)).not.toThrow();
    expect(await phcOf(accountId)).toBe(mended);
  });

  it('hashes anew, once, where five at once find it weak as well', async () => {
    const { email, accountId } = await ownerWith(await asTheLibraryWrites({ memoryCost: 8192, timeCost: 1 }));

    const atOnce = await exchangesDuring(() => Promise.all(Array.from({ length: 5 }, () => signIn(world, email))));

    expect(atOnce).toBe(1);
    expect(readPhcStrictly(await phcOf(accountId))).toMatchObject({ memoryKiB, iterations });
  });

  it.each([
    ['more memory', { memoryCost: 2 * memoryKiB }, { memoryKiB: 2 * memoryKiB, iterations }],
    ['more iterations', { timeCost: iterations + 1 }, { memoryKiB, iterations: iterations + 1 }],
    ['fewer iterations and far more memory', { memoryCost: 65_536, timeCost: 1 }, { memoryKiB: 65_536, iterations: 1 }],
  ])('never makes a dearer hash cheaper: one of %s', async (_, options, kept) => {
    const stored = await asTheLibraryWrites(options);
    const { email, accountId } = await ownerWith(stored);

    const answer = await signIn(world, email);

    expect(answer.status).toBe(200);
    expect(readPhcStrictly(await phcOf(accountId))).toMatchObject(kept);
    expect(bytesOf(await phcOf(accountId))).toEqual(bytesOf(stored));
  });

  it('makes argon2id of another variant at no lower cost', async () => {
    const { email, accountId } = await ownerWith(await asTheLibraryWrites({ type: argon2i, timeCost: 5 }));

    const answer = await signIn(world, email);

    expect(answer.status).toBe(200);
    expect(readPhcStrictly(await phcOf(accountId))).toMatchObject({ memoryKiB, iterations: 5 });
    expect((await signIn(world, email)).status).toBe(200);
  });

  it('leaves it as it is when the password is wrong', async () => {
    const stored = await asTheLibraryWrites();
    const { email, accountId } = await ownerWith(stored);

    const exchanges = await exchangesDuring(() => signIn(world, email, 'not the password'));

    expect(exchanges).toBe(0);
    expect(await phcOf(accountId)).toBe(stored);
  });

  it('never puts it back over a password that was set meanwhile', async () => {
    const { email } = await ownerWith(await asTheLibraryWrites());
    const token = await recoveryToken(world, email);
    world.proxy.interrupt({
      fits: (call) => writesTo('ACCOUNT#')(call) && JSON.stringify(call.body).includes('SET #phc = '),
      meanwhile: () => resetPassword(world, token, 'a newer and better one'),
    });

    const overtaken = await signIn(world, email);

    expect(overtaken.status).toBe(401);
    expect((await signIn(world, email)).status).toBe(401);
    expect((await signIn(world, email, 'a newer and better one')).status).toBe(200);
  });

  it('stores new passwords in the standard form: at sign-up and at a reset', async () => {
    const { email, account_id: accountId } = await signUpSomebody(world);
    const signedUp = await phcOf(accountId);
    await resetPassword(world, await recoveryToken(world, email), 'a newer and better one');
    const reset = await phcOf(accountId);

    expect(reset).not.toBe(signedUp);
    for (const phc of [signedUp, reset])
      expect(readPhcStrictly(phc)).toEqual({ memoryKiB, iterations, parallelism, saltBytes: 16, digestBytes: 32 });
  });
});
