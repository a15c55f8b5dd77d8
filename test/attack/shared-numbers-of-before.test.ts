import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asOwner, bodyAs } from '../support/fixtures.ts';
import { getProfile, signUpSomebody } from '../support/journeys.ts';
import { loadEvent } from '../support/load-event.ts';
import {
  claimOf,
  laterBySms,
  openSharer,
  openThree,
  openTwo,
  type Person,
  phoneOf,
  prove,
  removeSms,
  startSharingWorld,
} from '../support/shared-number.ts';
import { putRows } from '../support/table-writer.ts';
import { noticesTo } from '../support/two-factor-journeys.ts';
import { newNumber } from '../support/verification.ts';
import type { World } from '../support/world.ts';

type Row = Record<string, unknown>;

const TOLD = 'Your phone number was used for another Bookshelf account';

/** Rows as 0.1.0 wrote them: a claim names the latest account alone, and no account says whether its number is verified. */
describe('a number that accounts have proven under the release before', () => {
  let world: World;

  beforeAll(async () => {
    world = await startSharingWorld();
  });
  afterAll(() => world.close());

  const editAccount = async (accountId: string, edit: (row: Row) => Row): Promise<void> => {
    const row = (await world.rows('accounts')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT');
    await putRows(world, 'accounts', [edit(row ?? {})]);
  };
  const putClaim = (phoneNumber: string, claim: Row): Promise<void> =>
    putRows(world, 'accounts', [{ pk: `PHONE#${phoneNumber}`, sk: 'CLAIM', schemaVersion: 2, ...claim }]);

  const asBefore = async (phoneNumber: string, people: readonly Person[]): Promise<void> => {
    for (const { account_id: id } of people)
      await editAccount(id, (row) => ({ ...row, phone: { e164: phoneNumber, country: 'AT' } }));
    await putClaim(phoneNumber, { accountId: people.at(-1)?.account_id });
  };

  it('is verified for the one that its claim names, and for no other, without anything being migrated', async () => {
    const phoneNumber = newNumber();
    const [former, latest] = await openTwo(world, phoneNumber);
    await asBefore(phoneNumber, [former, latest]);
    const changes = { ...asOwner(former), ...bodyAs('merge-patch', { nickname: 'Reader' }) };

    const updated = await world.call('update-profile', loadEvent('update-profile/patch-merge', changes));

    expect(await phoneOf(world, latest)).toEqual({ phone_number: phoneNumber, phone_number_verified: true });
    expect(await phoneOf(world, former)).toEqual({ phone_number: phoneNumber, phone_number_verified: false });
    expect(updated.body).toMatchObject({ nickname: 'Reader', phone_number_verified: false });
  });

  it('has a claim of one account: the next to prove it joins that one, which is told and not verified any more', async () => {
    const phoneNumber = newNumber();
    const first = await openSharer(world, phoneNumber);
    await asBefore(phoneNumber, [first]);

    const second = await openSharer(world, phoneNumber);

    expect(await claimOf(world, phoneNumber)).toEqual({
      verified: second.account_id,
      all: [first.account_id, second.account_id],
    });
    expect([await phoneOf(world, first), await phoneOf(world, second)]).toMatchObject([
      { phone_number_verified: false },
      { phone_number_verified: true },
    ]);
    expect(await noticesTo(world, first.email)).toContain(TOLD);
  });

  it('is verified for one account, too, when a third proves it and the claim does not know the first', async () => {
    const phoneNumber = newNumber();
    const [former, latest] = await openTwo(world, phoneNumber);
    await asBefore(phoneNumber, [former, latest]);

    const third = await openSharer(world, phoneNumber);

    const shown = [await phoneOf(world, former), await phoneOf(world, latest), await phoneOf(world, third)];
    expect(shown.map(({ phone_number_verified: verified }) => verified)).toEqual([false, false, true]);
  });

  it('goes with its claim when the one that it names switches it off', async () => {
    const phoneNumber = newNumber();
    const first = await openSharer(world, phoneNumber);
    await asBefore(phoneNumber, [first]);

    const removed = await removeSms(world, await laterBySms(world, first.email, phoneNumber));

    expect(removed.status).toBe(200);
    expect(await claimOf(world, phoneNumber)).toEqual({ verified: null, all: [] }); // its place, for an undo
  });

  it('counts no account that has given it up and is in the claim still, and tells it nothing', async () => {
    const phoneNumber = newNumber();
    const [first, second, third] = await openThree(world, phoneNumber);
    // As an older function leaves it: the account gives the number up, and the claim names another.
    await editAccount(first.account_id, (row) => ({ ...row, phone: null }));
    await editAccount(third.account_id, (row) => ({ ...row, phone: null }));
    const before = await noticesTo(world, first.email);
    const next = await signUpSomebody(world);

    const answer = await prove(world, next, phoneNumber);

    expect(answer.status).toBe(200);
    expect(await claimOf(world, phoneNumber)).toEqual({
      verified: next.account_id,
      all: [second.account_id, next.account_id],
    });
    expect(await noticesTo(world, first.email)).toEqual(before);
    expect(await noticesTo(world, second.email)).toContain(TOLD);
    expect((await getProfile(world, third)).body).not.toHaveProperty('phone_number');
  });

  it('drops an account from the claim that was verified and has given it up, also where there is room', async () => {
    const phoneNumber = newNumber();
    const [first, second] = await openTwo(world, phoneNumber);
    await editAccount(second.account_id, (row) => ({ ...row, phone: { e164: newNumber(), country: 'AT' } }));

    const third = await openSharer(world, phoneNumber);

    expect(await claimOf(world, phoneNumber)).toEqual({
      verified: third.account_id,
      all: [first.account_id, third.account_id],
    });
  });

  it('takes a second read of the profile; one that was proven since takes one', async () => {
    const phoneNumber = newNumber();
    const person = await openSharer(world, phoneNumber);
    const readsOf = async (): Promise<number> => {
      const before = world.proxy.calls.length;
      await getProfile(world, person);
      return world.proxy.calls.length - before;
    };

    const now = await readsOf();
    await asBefore(phoneNumber, [person]);

    expect([now, await readsOf()]).toEqual([1, 2]);
  });
});
