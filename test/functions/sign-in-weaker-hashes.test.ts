import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash as argon2, argon2id } from 'argon2';
import { DEFAULTS } from '../support/default-settings.ts';
import { writesTo } from '../support/dynamo-shape.ts';
import { GOOD_PASSWORD, signUp as openAccount, recoveryToken, resetPassword } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { putRows } from '../support/table-writer.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

describe('sign-in when argon2 has been made stronger', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ hashesAsDeployed: true });
  });
  afterAll(() => world.close());

  const attempt = (email: string, password = GOOD_PASSWORD): Promise<Answer> =>
    world.call('sign-in', loadEvent('sign-in/json', jsonBody({ email, password })));

  const OUTDATED = { type: argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1 } as const;

  const withOutdatedHash = async (email: string): Promise<string> => {
    const { account_id: accountId } = await openAccount(world, email);
    const phc = await argon2(GOOD_PASSWORD, OUTDATED);
    await putRows(world, 'credentials', [{ pk: `ACCOUNT#${accountId}`, sk: 'PASSWORD', schemaVersion: 1, phc }]);
    return accountId;
  };
  const phcOf = async (accountId: string) =>
    String(
      (await world.rows('credentials')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'PASSWORD')?.phc,
    );

  /** @asvs 11.2.2 */
  it('hashes the password anew as soon as it is known, once', async () => {
    const accountId = await withOutdatedHash('rehash@example.com');

    const first = await hashesDuring(() => attempt('rehash@example.com'));
    const renewed = await phcOf(accountId);
    const second = await hashesDuring(() => attempt('rehash@example.com'));

    expect(renewed).toContain(`m=${DEFAULTS.passwords.argon2.memoryKiB},`);
    expect([first.count, second.count]).toEqual([2, 1]);
    expect(await phcOf(accountId)).toBe(renewed);
  });

  it('signs in with the old hash and the new one', async () => {
    await withOutdatedHash('old-and-new@example.com');

    const answers = [await attempt('old-and-new@example.com'), await attempt('old-and-new@example.com')];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('keeps the hash as it is when the password is wrong', async () => {
    const accountId = await withOutdatedHash('kept@example.com');
    const before = await phcOf(accountId);

    await attempt('kept@example.com', 'not the password');

    expect(await phcOf(accountId)).toBe(before);
  });

  it('never puts the old password back over one that was set meanwhile', async () => {
    const email = 'overtaken-hash@example.com';
    const accountId = await withOutdatedHash(email);
    const token = await recoveryToken(world, email);
    world.proxy.interrupt({
      fits: (call) => writesTo('ACCOUNT#')(call) && JSON.stringify(call.body).includes('SET #phc = '),
      meanwhile: () => resetPassword(world, token, 'a newer and better one'),
    });

    const overtaken = await attempt(email);
    const [old, current] = [await attempt(email), await attempt(email, 'a newer and better one')];

    expect(overtaken).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    expect([old.status, current.status]).toEqual([401, 200]);
    expect(await phcOf(accountId)).toContain(`m=${DEFAULTS.passwords.argon2.memoryKiB},`);
  });

  it('lets several devices in at once', async () => {
    await withOutdatedHash('devices@example.com');

    const answers = await Promise.all(Array.from({ length: 5 }, () => attempt('devices@example.com')));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});
