import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../support/default-settings.ts';
import { GOOD_PASSWORD, newestToken, recoveryToken, resetPassword, signUp } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { everythingStored } from '../support/stored.ts';
import { startWorld, type World } from '../support/world.ts';

const { argon2 } = DEFAULTS.passwords;

describe('a new password', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ hashesAsDeployed: true });
  });
  afterAll(() => world.close());

  /** @asvs 11.4.2 */
  it('is kept by complete-sign-up as argon2id of the set cost, with the event and the session', async () => {
    const email = 'rows@example.com';
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    await world.deliver();
    const given = jsonBody({ password: GOOD_PASSWORD, token: await newestToken(world, email) });

    const { body } = await world.call('complete-sign-up', loadEvent('complete-sign-up/json', given));
    const rows = (await Promise.all((['accounts', 'credentials', 'tokens'] as const).map((table) => world.rows(table))))
      .flat()
      .filter((row) => JSON.stringify(row).includes(body.account_id));

    const { memoryKiB, iterations, parallelism } = argon2;
    const [, algorithm, version, cost, salt, digest] = String(rows.find(({ sk }) => sk === 'PASSWORD')?.phc).split('$');
    expect([algorithm, version]).toEqual(['argon2id', 'v=19']);
    expect(new Set(cost?.split(','))).toEqual(new Set([`m=${memoryKiB}`, `t=${iterations}`, `p=${parallelism}`]));
    expect([salt, digest].map((part) => Buffer.from(part ?? '', 'base64').length)).toEqual([16, 32]);
    expect(rows.filter(({ sk }) => String(sk).startsWith('EVENT#'))).toMatchObject([
      { type: 'account-created', sourceIp: '203.0.113.7' },
    ]);
    expect(rows.find(({ sk }) => String(sk).startsWith('SESSION#'))).toMatchObject({
      sessionId: body.session_id,
      epoch: 1,
      methods: ['pwd'],
    });
  });

  /** @asvs 11.4.2 */
  it('is stored by reset-password as argon2id of its own salt, and nowhere as it is', async () => {
    const session = await signUp(world, 'stored@example.com');
    const token = await recoveryToken(world, 'stored@example.com');

    await resetPassword(world, token, 'an unmistakable passphrase');

    const [row] = (await world.rows('credentials')).filter(({ pk }) => pk === `ACCOUNT#${session.account_id}`);
    expect(row?.phc).toMatch(/^\$argon2id\$v=19\$(?=[^$]*m=19456)(?=[^$]*t=2)[^$]*p=1[^$]*\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await everythingStored(world)).not.toContain('unmistakable');
  });
});
