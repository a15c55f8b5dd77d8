import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GRACE, keepAccount, keepToken, keepTokens, rowsWith } from '../support/deletion.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { signIn, signUpSomebody } from '../support/journeys.ts';
import { act, BOB } from '../support/operator.ts';
import { addAuthenticator } from '../support/second-factor.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import { accountOf, undo, undoToken } from '../support/undo.ts';
import { accountWithBoth, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-token' } };

/** The write that gives a deletion the salt of its links. */
const saltsDeletion = ({ operation, body }: DynamoCall): boolean =>
  operation === 'UpdateItem' && JSON.stringify(body).includes('"salt"');

/** docs/adr/0074: a stranger talks support into erasing an account. */
describe('an account that an operator is to erase', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const isThere = async (id: string): Promise<boolean> =>
    (await world.rows('accounts')).some(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'ACCOUNT');

  it('is kept by its own link alone: not by that of another account, nor of a deletion before', async () => {
    const [one, other] = [await signUpSomebody(world), await signUpSomebody(world)];
    await act(world, 'erase', one.account_id);
    const first = await keepToken(world, one.email);
    await act(world, 'stop-erase', one.account_id);
    await act(world, 'erase', one.account_id);
    await act(world, 'erase', other.account_id);

    expect(await keepAccount(world, first)).toMatchObject(INVALID);
    expect(await keepAccount(world, await keepToken(world, other.email))).toMatchObject({ status: 200 });
    expect((await accountOf(world, one.account_id)).deletion).toBeDefined();
  });

  it('is kept by the undo of what a thief had changed before support was asked', async () => {
    const owner = await signUpSomebody(world);
    await addAuthenticator(world, owner);
    const token = await undoToken(world, owner.email);
    await act(world, 'erase', owner.account_id);
    world.clock.advance(GRACE - 3600);

    expect(await undo(world, token)).toMatchObject({ status: 200 });
    world.clock.advance(3600);
    await world.run('erase-accounts');

    expect((await accountOf(world, owner.account_id)).deletion).toBeUndefined();
  });

  it('lets nobody in by the link, and the link is nowhere but in its messages', async () => {
    const { email, account_id: id } = await signUpSomebody(world);
    const begun = await act(world, 'erase', id);
    const token = await keepToken(world, email);

    expect(JSON.stringify([begun, world.logs]) + (await everythingStored(world))).not.toContain(token);
    const kept = await keepAccount(world, token);
    expect(kept.text).not.toMatch(/"(?:access_token|refresh_token|challenge_token|device_token)"/);
  });

  it('has no salt before its first message, so that who reads and writes the tables alone can make no link', async () => {
    const { account_id: id } = await signUpSomebody(world);
    await act(world, 'erase', id);

    expect((await accountOf(world, id)).deletion).toEqual({
      deletionId: expect.any(String),
      operator: expect.any(String),
      requestedAtEpochSeconds: expect.any(Number),
      erasesAtEpochSeconds: expect.any(Number),
    });
  });

  it('has one salt for both channels, also where the second is delivered while the first makes it', async () => {
    const { email, account_id: id, phoneNumber } = await accountWithBoth(world);
    await world.deliver();
    await act(world, 'erase', id);
    world.proxy.interrupt({ fits: saltsDeletion, meanwhile: () => world.deliver() });
    await world.deliver();

    const tokens = [await keepToken(world, email), await keepToken(world, phoneNumber)];

    expect(new Set(tokens).size).toBe(2);
    const good = (await world.rows('tokens')).filter(
      (row) => String(row.pk).startsWith('DELETION#') && row.accountId === id,
    );
    expect(good).toHaveLength(2);
    expect((await keepAccount(world, tokens[0] ?? '')).status).toBe(200);
  });

  it('leaves no link behind where the erasure begins while a late message makes its salt', async () => {
    const { email, account_id: id } = await signUpSomebody(world);
    await world.deliver();
    await act(world, 'erase', id);
    world.proxy.interrupt({
      fits: saltsDeletion,
      meanwhile: async () => {
        world.clock.advance(GRACE);
        await world.run('erase-accounts');
      },
    });

    expect(await keepTokens(world, email)).toEqual([]);
    const left = await rowsWith(world, [id]);
    expect(new Set(left.map(({ pk }) => String(pk).split('#')[0]))).toEqual(new Set(['DELETION', 'ERASED']));
  });

  describe('in a race', () => {
    it.each([1, 2, 3, 4])(
      'of the link by mail, the link by SMS and two operators exactly one keeps it (%i)',
      async () => {
        const { email, account_id: id, phoneNumber } = await accountWithBoth(world);
        await act(world, 'erase', id);
        const [byMail, bySms] = [await keepToken(world, email), await keepToken(world, phoneNumber)];

        const [mail, sms, ...operators] = await Promise.all([
          keepAccount(world, byMail),
          keepAccount(world, bySms),
          act(world, 'stop-erase', id),
          act(world, 'stop-erase', id, { by: BOB }),
        ]);

        const won = [mail.status === 200, sms.status === 200, ...operators.map(({ isDone }) => isDone)].filter(Boolean);
        const told = (await eventsOf(world, id)).filter(({ type }) =>
          ['deletion-cancelled', 'operator-cancelled-deletion'].includes(String(type)),
        );
        expect([won.length, told.length]).toEqual([1, 1]);
        expect((await signIn(world, email)).status).toBe(200);
      },
    );

    it('stop-erase comes too late once the erasure has begun, also where the clock of the operator is behind', async () => {
      const { account_id: id } = await signUpSomebody(world);
      await act(world, 'erase', id);
      world.clock.advance(GRACE);
      let outcome = '';
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'Query' && body.TableName === world.tables.credentials,
        meanwhile: async () => {
          world.clock.advance(-5);
          outcome = (await act(world, 'stop-erase', id)).answer.outcome;
          world.clock.advance(5);
        },
      });

      await world.run('erase-accounts');

      expect([outcome, await isThere(id)]).toEqual(['refused', false]);
    });

    it('the veto wins that comes between the look and the write of the erasure', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await act(world, 'erase', id);
      const token = await keepToken(world, email);
      world.clock.advance(GRACE);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'UpdateItem' && JSON.stringify(body).includes(id),
        meanwhile: async () => {
          world.clock.advance(-5); // by the clock of the link's function the grace is not over
          await keepAccount(world, token);
          world.clock.advance(5);
        },
      });

      await world.run('erase-accounts');

      expect(await isThere(id)).toBe(true);
    });
  });
});
