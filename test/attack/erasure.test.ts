import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteAccount, GRACE, keepAccount, keepToken, rowsWith, SETTLING, sweepExpired } from '../support/deletion.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { openAccount, recoveryToken, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { richLeaver } from '../support/rich-leaver.ts';
import { openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { accountOf, undo, undoTokens } from '../support/undo.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

describe('the erasure of an account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  it('leaves nothing in any table, nor a dead letter: at the end only the record, and in the log only the id', async () => {
    const { accountId, texts, shared, sharer } = await richLeaver(world);
    const dead = (await world.rows('outbox')).filter(({ buriedAs }) => buriedAs !== undefined);
    expect(dead).toHaveLength(3);
    const from = world.logs.length;
    world.clock.advance(GRACE);

    await world.run('erase-accounts');

    expect(await world.rows('outbox')).toEqual([]);
    expect(
      await rowsWith(
        world,
        texts.map((text) => `#${text}`),
      ),
    ).toEqual([]);
    const [claim] = (await world.rows('accounts')).filter(({ pk }) => pk === `PHONE#${shared}`);
    expect(claim).toMatchObject({ accountId: sharer.account_id, accountIds: [sharer.account_id] });
    expect(JSON.stringify(claim)).not.toContain(accountId);
    // What is named by the hash of a token goes by its age: in half of the time in which the id is looked at once more.
    const left = (await world.rows('tokens')).filter((row) => JSON.stringify(row).includes(accountId));
    const ends = left.map(({ expiresAtEpochSeconds }) => Number(expiresAtEpochSeconds));
    expect(ends.filter((end) => !(end <= world.clock.nowSeconds() + SETTLING / 2))).toEqual([]);

    world.clock.advance(SETTLING);
    await world.run('erase-accounts');
    await sweepExpired(world);

    expect(await rowsWith(world, texts)).toEqual([]);
    expect(await rowsWith(world, [accountId])).toMatchObject([{ pk: `ERASED#${accountId}` }]);
    expect(world.logs.slice(from).filter((line) => texts.some((text) => line.includes(text)))).toEqual([]);
  });

  describe('that meets its owner', () => {
    /** An account whose grace ends this second. */
    const atTheEnd = async () => {
      const { email, session } = await openAccount(world);
      await deleteAccount(world, session);
      const token = await keepToken(world, email);
      return { email, accountId: session.account_id, token };
    };

    it('is not begun in the second before the end, in which the link works', async () => {
      const { email, accountId, token } = await atTheEnd();
      world.clock.advance(GRACE - 1);

      const [kept] = await Promise.all([keepAccount(world, token), world.run('erase-accounts')]);

      expect(kept.status).toBe(200);
      expect((await accountOf(world, accountId)).deletion).toBeUndefined();
      expect(await signIn(world, email)).toMatchObject({ status: 200 });
    });

    it.each([
      ['the link, where it comes first', 'UpdateItem', 200],
      ['the erasure, where it has begun', 'GetItem', 400],
    ])('is decided by the first write, whatever the clocks say: for %s', async (_, operation, expected) => {
      const { accountId, token } = await atTheEnd();
      world.clock.advance(GRACE);
      let status = 0;
      world.proxy.interrupt({
        fits: (call) => call.operation === operation && JSON.stringify(call.body).includes(accountId),
        meanwhile: async () => {
          world.clock.advance(-2); // the clock of the link's function is behind
          status = (await keepAccount(world, token)).status;
          world.clock.advance(2);
        },
      });

      await world.run('erase-accounts');

      const stands = (await world.rows('accounts')).some(
        ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT',
      );
      expect([status, stands]).toEqual([expected, expected === 200]);
    });

    it.each([
      [
        'first',
        ({ operation, body }: DynamoCall) => operation === 'Query' && body.TableName === world.tables.credentials,
      ],
      ['last', ({ operation }: DynamoCall) => operation === 'TransactWriteItems'],
    ])('is not stopped once it has begun, by link, reset or undo, before its %s step', async (_, fits) => {
      const { email, session } = await openTwoFactorOwner(world);
      const [undoLink = ''] = await undoTokens(world, email);
      await deleteAccount(world, session);
      const token = await keepToken(world, email);
      const recovery = await recoveryToken(world, email);
      world.clock.advance(GRACE);
      const statuses: number[] = [];
      world.proxy.interrupt({
        fits,
        meanwhile: async () => {
          world.clock.advance(-5); // clocks differ by seconds: by this one the grace is not over
          statuses.push((await keepAccount(world, token)).status);
          statuses.push((await resetPassword(world, recovery, 'a much better horse')).status);
          statuses.push((await undo(world, undoLink)).status);
          world.clock.advance(5);
        },
      });

      await world.run('erase-accounts');

      expect(statuses).toEqual([400, 400, 400]);
      expect(await rowsWith(world, [email])).toEqual([]);
    });

    it('is done once where two runs meet', async () => {
      const { email, accountId } = await atTheEnd();
      world.clock.advance(GRACE);

      await Promise.all([world.run('erase-accounts'), world.run('erase-accounts')]);

      const left = (await rowsWith(world, [accountId])).filter(({ pk }) => pk === 'DELETION#DUE');
      expect(left).toMatchObject([{ step: 'settle' }]);
      expect(world.logs.filter((line) => line.includes('"account-erased"') && line.includes(accountId))).toHaveLength(
        1,
      );
      expect((await signUp(world, email)).account_id).not.toBe(accountId);
    });

    it('takes no row of the account that has the address by then', async () => {
      const { email } = await atTheEnd();
      world.clock.advance(GRACE);
      await world.run('erase-accounts');
      const next = await signUp(world, email);
      world.clock.advance(SETTLING);

      await world.run('erase-accounts');

      expect(await signIn(world, email)).toMatchObject({ status: 200, body: { account_id: next.account_id } });
    });
  });
});
