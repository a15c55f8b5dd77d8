import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newestToken, resetPassword, signUp } from '../support/journeys.ts';
import { RETRY_SECONDS, type RedriveWorld, startRedriveWorld } from '../support/redrive-world.ts';
import { eventsOf } from '../support/stored.ts';

describe('npm run redrive', () => {
  let place: RedriveWorld;

  beforeAll(async () => {
    place = await startRedriveWorld();
  });
  afterEach(() => place.tidy());
  afterAll(() => place.close());

  it('has what was given up delivered once SES is well again, and clears its letter', async () => {
    const email = await place.rejected();

    const said = await place.redrive();
    const failed = [await place.world.deliver(), await place.world.deliver()];

    expect(said).toEqual(['redriven 1, left 0', 'dead letters: removed 1, kept 0']);
    expect([failed, await place.mailsTo(email), await place.world.rows('outbox')]).toEqual([[0, 0], 1, []]);
  });

  it('does nothing the second time', async () => {
    const email = await place.rejected();
    await place.redrive();
    await place.world.deliver();

    const said = await place.redrive();

    expect(said[0]).toMatch(/^redriven 0, /);
    expect(await place.world.deliver()).toBe(0);
    expect(await place.mailsTo(email)).toBe(1);
  });

  it('delivers once when two operators redrive at the same moment', async () => {
    const emails = [await place.rejected(), await place.rejected(), await place.rejected()];

    const said = await Promise.all([place.redrive(), place.redrive()]);
    await place.world.deliver();

    const counts = said.map(([summary = '']) => Number(/^redriven (\d+)/.exec(summary)?.[1]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(await Promise.all(emails.map(place.mailsTo))).toEqual([1, 1, 1]);
    expect(await place.world.rows('outbox')).toEqual([]);
  });

  it('leaves a message alone that a function takes up between the look and the write', async () => {
    const email = await place.newcomer();
    place.world.clock.advance(120);
    place.world.proxy.interrupt({
      fits: ({ operation }) => operation === 'TransactWriteItems',
      meanwhile: () => place.world.deliver(),
    });

    const [summary] = await place.redrive();
    await place.world.deliver();

    expect(summary).toContain('redriven 0, left 1 (1 delivered or redriven by somebody else meanwhile');
    expect(await place.mailsTo(email)).toBe(1);
  });

  it('gives a message its whole time again, so that a service that stumbles once more does not bury it at once', async () => {
    const email = await place.newcomer();
    await place.sesFails('ServiceUnavailable');
    place.world.clock.advance(RETRY_SECONDS);
    await place.world.deliver();
    place.world.clock.advance(120);

    await place.redrive();
    const stumbling = await place.world.deliver();
    const [row] = await place.world.rows('outbox');
    place.world.clock.advance(RETRY_SECONDS);
    const buried = await place.world.deliver();
    const letters = place.sqs.letters();
    await place.sesIsWell();
    const said = await place.redrive();
    await place.world.deliver();

    expect([stumbling, buried, await place.mailsTo(email)]).toEqual([1, 0, 1]);
    const name = `${String(row?.intentId)}#1`;
    expect(row).toMatchObject({ pk: `INTENT#${name}`, attempts: 1 });
    expect(letters).toEqual([{ intentId: name, errorName: 'ServiceUnavailable' }]);
    expect(said).toEqual(['redriven 1, left 0', 'dead letters: removed 1, kept 0']);
  });

  it('has a recovery mailed that had its token made before it was given up, in one line of the history', async () => {
    // Five people: the token lives on, and the intent is the one that it was made for.
    for (let person = 1; person <= 5; person += 1) {
      const email = `recovering-${person}@example.com`;
      const { account_id: accountId } = await signUp(place.world, email);
      await place.askRecovery(email);
      await place.sesFails('MessageRejected');
      await place.world.deliver();
      await place.sesIsWell();
      place.world.clock.advance(120);
      await place.redrive();
      await place.world.deliver();

      const answer = await resetPassword(place.world, await newestToken(place.world, email), 'a much better horse');

      expect(answer.status).toBe(200);
      const events = (await eventsOf(place.world, accountId)).filter(({ type }) => type === 'recovery-mail-issued');
      expect(events).toHaveLength(1);
      await place.world.deliver();
    }
  });

  it('mails nothing for a request of a person who has had a mail since', async () => {
    const email = 'answered@example.com';
    await signUp(place.world, email);
    await place.askRecovery(email);
    await place.sesFails('MessageRejected');
    await place.world.deliver();
    await place.sesIsWell();
    place.world.clock.advance(120);
    await place.askRecovery(email);
    await place.world.deliver();
    const before = await place.mailsTo(email);
    const token = await newestToken(place.world, email);

    await place.redrive();
    await place.world.deliver();

    expect([await place.mailsTo(email), await place.world.rows('outbox')]).toEqual([before, []]);
    expect((await resetPassword(place.world, token, 'a much better horse')).status).toBe(200);
    await place.world.deliver();
  });
});
