import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { SMS_LIMITS } from '../../shared/sms/sms-budget-policy.ts';
import { getProfile, refresh, signIn, signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { beginWindow } from '../support/limit-counters.ts';
import {
  claimOf,
  laterBySms,
  openSharer,
  openThree,
  openTwo,
  phoneOf,
  prove,
  removeSms,
  startSharingWorld,
} from '../support/shared-number.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import { noticesTo, speak, twoFactorOf } from '../support/two-factor-journeys.ts';
import { giveCode, newNumber, otherThan, receiveCode, signInBySms } from '../support/verification.ts';
import type { Answer, World } from '../support/world.ts';

const NOT_AVAILABLE = {
  status: 409,
  body: { code: 'conflict', errors: [{ field: 'phone_number', code: 'not-available' }] },
};
const TOLD = 'Your phone number was used for another Bookshelf account';

/** One number, several accounts: docs/adr/0032. */
describe('a number that several accounts prove', () => {
  let world: World;

  beforeAll(async () => {
    world = await startSharingWorld();
  });
  afterAll(() => world.close());

  const toldTo = async (email: string): Promise<number> =>
    (await noticesTo(world, email)).filter((subject) => subject === TOLD).length;

  it('is the factor of each, and verified for the latest to prove it alone', async () => {
    const phoneNumber = newNumber();

    const [first, second, third] = await openThree(world, phoneNumber);

    for (const person of [first, second, third])
      expect((await twoFactorOf(world, person)).factors).toMatchObject([{ factor: 'sms' }]);
    expect(await phoneOf(world, first)).toEqual({ phone_number: phoneNumber, phone_number_verified: false });
    expect(await phoneOf(world, second)).toEqual({ phone_number: phoneNumber, phone_number_verified: false });
    expect(await phoneOf(world, third)).toEqual({ phone_number: phoneNumber, phone_number_verified: true });
    expect(await claimOf(world, phoneNumber)).toEqual({
      verified: third.account_id,
      all: [first.account_id, second.account_id, third.account_id],
    });
  });

  it('signs the owner of each account in, and nobody into another', async () => {
    const phoneNumber = newNumber();
    const sharers = await openThree(world, phoneNumber);

    for (const { email, account_id: id } of sharers)
      expect((await laterBySms(world, email, phoneNumber)).account_id).toBe(id);
  });

  it('becomes verified again for the former account once that proves it anew', async () => {
    const phoneNumber = newNumber();
    const [first, second] = await openTwo(world, phoneNumber);

    const answer = await prove(world, await laterBySms(world, first.email, phoneNumber), phoneNumber);

    expect(answer.status).toBe(200);
    expect(await claimOf(world, phoneNumber)).toEqual({
      verified: first.account_id,
      all: [second.account_id, first.account_id],
    });
    const again = await laterBySms(world, second.email, phoneNumber);
    expect(await phoneOf(world, again)).toMatchObject({ phone_number_verified: false });
  });

  it('changes the version of the profile that says it is not verified any more, and ends no session of its owner', async () => {
    const phoneNumber = newNumber();
    const first = await openSharer(world, phoneNumber);
    const before = await getProfile(world, first);
    world.clock.advance(60);

    await openSharer(world, phoneNumber);
    const after = await getProfile(world, first);

    expect(after.status).toBe(200);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect(after.body.updated_at > before.body.updated_at).toBe(true);
    expect((await refresh(world, first.refresh_token)).status).toBe(200);
  });

  describe('when there are as many as may have it', () => {
    it('is refused to the next, past the proof of it alone, and stays with those that have it', async () => {
      const phoneNumber = newNumber();
      const sharers = await openThree(world, phoneNumber);
      const claim = await claimOf(world, phoneNumber);
      const stranger = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token: stranger.access_token, phoneNumber });

      const wrong = await giveCode(world, otherThan(code), { token: stranger.access_token });
      const right = await giveCode(world, code, { token: stranger.access_token });

      expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
      expect(right).toMatchObject(NOT_AVAILABLE);
      expect(await claimOf(world, phoneNumber)).toEqual(claim);
      expect((await twoFactorOf(world, stranger)).enabled).toBe(false);
      expect((await getProfile(world, stranger)).body).not.toHaveProperty('phone_number');
      expect(await phoneOf(world, sharers[2])).toMatchObject({ phone_number_verified: true });
    });

    it('uses the code up, so that it can not be asked again whether one of them has left', async () => {
      const phoneNumber = newNumber();
      const [first] = await openThree(world, phoneNumber);
      const stranger = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token: stranger.access_token, phoneNumber });
      await giveCode(world, code, { token: stranger.access_token });
      const session = await laterBySms(world, first.email, phoneNumber);
      await removeSms(world, session);

      const again = await giveCode(world, code, {
        token: (await refresh(world, stranger.refresh_token)).body.access_token,
      });

      expect(again.status).not.toBe(200);
      expect((await claimOf(world, phoneNumber))?.all).toHaveLength(2);
    });

    it('tells their owners all the same: another person reads the SMS', async () => {
      const phoneNumber = newNumber();
      const sharers = await openThree(world, phoneNumber);
      const before = await Promise.all(sharers.map(({ email }) => toldTo(email)));

      await prove(world, await signUpSomebody(world), phoneNumber);
      await world.deliver(); // once, before they are counted side by side

      const after = await Promise.all(sharers.map(({ email }) => toldTo(email)));
      expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 1]);
    });

    it('leaves its refusal in the history of the account that was refused, and no word of another', async () => {
      const phoneNumber = newNumber();
      const sharers = await openThree(world, phoneNumber);
      const stranger = await signUpSomebody(world);

      await prove(world, stranger, phoneNumber);

      const history = await eventsOf(world, stranger.account_id);
      expect(history.at(-1)).toMatchObject({ type: 'phone-refused', sourceIp: '203.0.113.7' });
      expect(
        leaksIn(JSON.stringify(history), Object.fromEntries(sharers.map(({ account_id: id }) => [id, id]))),
      ).toEqual([]);
    });

    it('can be proven again by one that has it', async () => {
      const phoneNumber = newNumber();
      const [first] = await openThree(world, phoneNumber);

      const answer = await prove(world, await laterBySms(world, first.email, phoneNumber), phoneNumber);

      expect(answer.status).toBe(200);
      expect((await claimOf(world, phoneNumber))?.verified).toBe(first.account_id);
    });

    it('keeps the place of one that has given it up for seven days, and is free for another then', async () => {
      const phoneNumber = newNumber();
      const [first] = await openThree(world, phoneNumber);
      await removeSms(world, await laterBySms(world, first.email, phoneNumber));
      const next = await signUpSomebody(world);

      const early = await prove(world, next, phoneNumber);
      world.clock.advance(UNDO_SECONDS);
      const { body: later } = await signIn(world, next.email);

      expect(early).toMatchObject({ status: 409, body: { errors: [{ code: 'not-available' }] } });
      expect((await prove(world, later, phoneNumber)).status).toBe(200);
      expect((await claimOf(world, phoneNumber))?.all).toHaveLength(3);
    });

    it('has the place of one that has given it up for that one, which may prove it again', async () => {
      const phoneNumber = newNumber();
      const [first] = await openThree(world, phoneNumber);
      const { body } = await removeSms(world, await laterBySms(world, first.email, phoneNumber));
      world.clock.advance(60);

      expect((await prove(world, body.session, phoneNumber)).status).toBe(200);
      expect((await claimOf(world, phoneNumber))?.all).toHaveLength(3);
    });
  });

  describe('at the same moment', () => {
    it('is the factor of as many as may have it, and verified for exactly one', async () => {
      const phoneNumber = newNumber();
      const people: { person: Awaited<ReturnType<typeof signUpSomebody>>; code: string }[] = [];
      for (let index = 0; index < 5; index += 1) {
        const person = await signUpSomebody(world);
        people.push({ person, code: (await receiveCode(world, { token: person.access_token, phoneNumber })).code });
      }

      const answers = await Promise.all(
        people.map(({ person, code }) =>
          giveCode(world, code, { token: person.access_token, endOtherSessions: false }),
        ),
      );

      const claim = await claimOf(world, phoneNumber);
      const profiles = await Promise.all(people.map(({ person }) => phoneOf(world, person)));
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 409, 409]);
      expect(claim?.all).toHaveLength(3);
      const verified = people.filter((_, index) => profiles[index]?.phone_number_verified);
      expect(verified.map(({ person }) => person.account_id)).toEqual([claim?.verified]);
      expect(profiles.filter(({ phone_number: shown }) => shown === phoneNumber)).toHaveLength(3);
    });

    it('stays verified for one, however close the former account proves it, or gives it up', async () => {
      for (let round = 0; round < 3; round += 1) {
        const phoneNumber = newNumber();
        const [first, second] = await openTwo(world, phoneNumber);
        const session = await laterBySms(world, first.email, phoneNumber);
        const leaving = await signInBySms(world, second.email, phoneNumber);
        world.clock.advance(60);
        const { code: anew } = await receiveCode(world, { token: session.access_token, phoneNumber });
        const third = await signUpSomebody(world);
        const { code } = await receiveCode(world, { token: third.access_token, phoneNumber });

        const answers = await Promise.all([
          giveCode(world, anew, { token: session.access_token, endOtherSessions: false }),
          giveCode(world, code, { token: third.access_token, endOtherSessions: false }),
          removeSms(world, leaving),
        ]);

        const claim = await claimOf(world, phoneNumber);
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
        expect(claim?.all.toSorted()).toEqual([first.account_id, third.account_id].toSorted());
        const shown = [await phoneOf(world, session), await phoneOf(world, third)];
        expect(shown.filter((phone) => phone.phone_number_verified)).toHaveLength(1);
        expect(claim?.verified).toBe((shown[0]?.phone_number_verified ? first : third).account_id);
      }
    });
  });

  describe('goes from one of them alone', () => {
    it('when that switches it off: the others keep it, and none becomes verified by that', async () => {
      const phoneNumber = newNumber();
      const [first, second] = await openTwo(world, phoneNumber);

      const removed = await removeSms(world, await laterBySms(world, second.email, phoneNumber));

      expect(removed.status).toBe(200);
      expect(await claimOf(world, phoneNumber)).toEqual({ verified: null, all: [first.account_id] });
      const session = await laterBySms(world, first.email, phoneNumber);
      expect(await phoneOf(world, session)).toEqual({ phone_number: phoneNumber, phone_number_verified: false });
    });

    it('when that replaces it by another number', async () => {
      const phoneNumber = newNumber();
      const [first, second] = await openTwo(world, phoneNumber);
      const other = newNumber();

      const answer = await prove(world, await laterBySms(world, first.email, phoneNumber), other);

      expect(answer.status).toBe(200);
      expect(await claimOf(world, phoneNumber)).toEqual({ verified: second.account_id, all: [second.account_id] });
      expect(await claimOf(world, other)).toEqual({ verified: first.account_id, all: [first.account_id] });
    });

    it('and leaves nothing that names it but their places, once the last has given it up', async () => {
      const phoneNumber = newNumber();
      for (const { email } of await openThree(world, phoneNumber))
        expect((await removeSms(world, await laterBySms(world, email, phoneNumber))).status).toBe(200);
      await world.deliver();

      const naming = (await world.rows('accounts')).filter((row) => JSON.stringify(row).includes(phoneNumber));
      const [claim, ...places] = naming.toSorted((one, other) => String(one.sk).localeCompare(String(other.sk)));
      expect(claim).toMatchObject({ sk: 'CLAIM', accountIds: [], expiresAtEpochSeconds: expect.any(Number) });
      const place = { sk: `FORMER_FACTOR#${phoneNumber}`, expiresAtEpochSeconds: expect.any(Number) };
      expect(places).toMatchObject([place, place, place]);
    });

    it('never by half: an outage leaves claim, factor and profile as they were', async () => {
      const phoneNumber = newNumber();
      const [, second] = await openTwo(world, phoneNumber);
      const session = await laterBySms(world, second.email, phoneNumber);
      const before = await storedRows(world);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

      const down = await removeSms(world, session);
      world.proxy.heal();

      expect(down.status).toBe(503);
      expect(await storedRows(world)).toEqual(before);
      expect((await removeSms(world, session)).status).toBe(200);
    });
  });

  describe('is told of', () => {
    it('to the other owners by mail, with the way to remove it, and to none that does not have it', async () => {
      const phoneNumber = newNumber();
      const first = await openSharer(world, phoneNumber);

      const second = await openSharer(world, phoneNumber);

      const [mail] = await world.mailsTo(first.email);
      expect(mail?.subject).toBe(TOLD);
      expect(mail?.text).toContain('https://auth.bookshelf.example/ui/remove-number?lang=en');
      expect(mail?.text).toContain('Your profile no longer shows the number as verified.');
      expect(await toldTo(second.email)).toBe(0);
      expect((await eventsOf(world, first.account_id)).at(-1)).toMatchObject({ type: 'phone-proven-elsewhere' });
    });

    it('by a mail that can do nothing by itself: it has no token, and opening its link changes nothing', async () => {
      const phoneNumber = newNumber();
      const [first] = await openTwo(world, phoneNumber);
      const [mail] = await world.mailsTo(first.email);

      expect(mail?.text).not.toMatch(/#|token|\b[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{2,4}){5,6}\b/);
      expect(mail?.html).not.toMatch(/href="[^"]*#/);
    });

    it('in the language of each owner', async () => {
      const phoneNumber = newNumber();
      const first = await openSharer(world, phoneNumber);
      await speak(world, first, 'de');

      await openSharer(world, phoneNumber);

      expect(await noticesTo(world, first.email)).toContain(
        'Ihre Telefonnummer wurde für ein anderes Konto bei Bookshelf verwendet',
      );
    });

    it('no more to an owner who has given it up before the mail was sent', async () => {
      const phoneNumber = newNumber();
      const first = await openSharer(world, phoneNumber);
      const session = await laterBySms(world, first.email, phoneNumber);
      const second = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token: second.access_token, phoneNumber });
      await giveCode(world, code, { token: second.access_token });
      await removeSms(world, session);

      expect(await toldTo(first.email)).toBe(0);
    });
  });

  /** Its former owner has it as a factor still. */
  describe('which was given to a new owner', () => {
    it('can not be taken from its former owner, who signs in as ever where the SMS can be read', async () => {
      const phoneNumber = newNumber();
      const owner = await openSharer(world, phoneNumber);
      const stranger = await openSharer(world, phoneNumber);
      await removeSms(world, await laterBySms(world, stranger.email, phoneNumber));

      const session = await laterBySms(world, owner.email, phoneNumber);

      expect(session.account_id).toBe(owner.account_id);
      expect(await claimOf(world, phoneNumber)).toEqual({ verified: null, all: [owner.account_id] });
    });

    it('answers a stranger as a number that no other account has', async () => {
      const [owned, free] = [newNumber(), newNumber()];
      await openTwo(world, owned);
      const shapeOf = ({ status, body, headers }: Answer) => ({
        status,
        body: Object.keys(body),
        headers: Object.keys(headers),
      });

      const shared = await prove(world, await signUpSomebody(world), owned);
      const unshared = await prove(world, await signUpSomebody(world), free);

      expect(shapeOf(shared)).toEqual(shapeOf(unshared));
    });

    it('takes as many calls of the database as one that no other account has', async () => {
      const [owned, free] = [newNumber(), newNumber()];
      await openTwo(world, owned);
      const operations = async (phoneNumber: string): Promise<string[]> => {
        const { access_token: token } = await signUpSomebody(world);
        const { code } = await receiveCode(world, { token, phoneNumber });
        const before = world.proxy.calls.length;
        await giveCode(world, code, { token });
        return world.proxy.calls
          .slice(before)
          .map(({ operation }) => operation)
          .toSorted();
      };

      expect(await operations(owned)).toEqual(await operations(free));
    });

    it('tells neither account who the other is: no answer, mail or history names it, and no log the number', async () => {
      const phoneNumber = newNumber();
      const owner = await openSharer(world, phoneNumber);
      const from = world.logs.length;
      const stranger = await openSharer(world, phoneNumber);

      const seenByOwner = JSON.stringify([
        await world.mailsTo(owner.email),
        await getProfile(world, owner),
        await twoFactorOf(world, owner),
        await eventsOf(world, owner.account_id),
      ]);
      const seenByStranger = JSON.stringify([
        await world.mailsTo(stranger.email),
        await getProfile(world, stranger),
        await twoFactorOf(world, stranger),
        await eventsOf(world, stranger.account_id),
      ]);

      const secretsOf = ({ account_id: id, email }: typeof owner) => ({ id, email });
      expect(leaksIn(seenByOwner, secretsOf(stranger))).toEqual([]);
      expect(leaksIn(seenByStranger, secretsOf(owner))).toEqual([]);
      expect(leaksIn(world.logs.slice(from), { phoneNumber: phoneNumber.slice(1) })).toEqual([]);
      const told = (await eventsOf(world, owner.account_id)).filter(({ type }) => type === 'phone-proven-elsewhere');
      expect(told.map(({ sourceIp }) => sourceIp ?? null)).toEqual([null]);
    });

    it('gets no more than five SMS an hour for accounts that prove it, so its owner no more than five mails', async () => {
      const phoneNumber = newNumber();
      const owner = await openSharer(world, phoneNumber);
      beginWindow(world, { ...SMS_LIMITS.account.perNumber, counted: phoneNumber });
      const stranger = await signUpSomebody(world);
      let proven = 0;
      for (let index = 0; index < 7; index += 1) {
        world.clock.advance(120);
        const person = index < 2 ? stranger : await signUpSomebody(world);
        const answer = await prove(world, person, phoneNumber).catch(() => null);
        if (answer?.status === 200 || answer?.status === 409) proven += 1;
      }

      expect(proven).toBeLessThanOrEqual(5);
      expect(await toldTo(owner.email)).toBe(proven);
    });
  });

  it('is in no row of a message once those were sent', async () => {
    const phoneNumber = newNumber();
    await openTwo(world, phoneNumber);

    expect(await world.rows('outbox')).toEqual([]);
    expect(await everythingStored(world)).toContain(phoneNumber);
  });
});

describe('a number that one account may have', () => {
  let world: World;

  beforeAll(async () => {
    world = await startSharingWorld({ accountsPerNumber: 1 });
  });
  afterAll(() => world.close());

  it('is refused to the second, and can be replaced, proven again and given up by the first', async () => {
    const phoneNumber = newNumber();
    const first = await openSharer(world, phoneNumber);

    const refused = await prove(world, await signUpSomebody(world), phoneNumber);
    const again = await prove(world, await laterBySms(world, first.email, phoneNumber), phoneNumber);

    expect(refused).toMatchObject(NOT_AVAILABLE);
    expect(again.status).toBe(200);
    expect(await claimOf(world, phoneNumber)).toEqual({ verified: first.account_id, all: [first.account_id] });
  });
});
