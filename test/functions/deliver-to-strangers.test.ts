import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../support/default-settings.ts';
import { signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { deliverInTurn, waitingIntents } from '../support/outbox-stream.ts';
import { logged } from '../support/verification.ts';
import { startWorld, UNLIMITED, type World } from '../support/world.ts';

const { max, windowSeconds } = DEFAULTS.limits.mailToMailbox;

describe('mail to addresses without an account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: { signUp: UNLIMITED } } });
  });
  afterAll(() => world.close());

  const askSignUp = async (email: string): Promise<void> => {
    const answer = await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    expect(answer.text).toBe('{"status":"accepted"}');
  };

  /** Asks for an account with each address. @returns how many of them got a mail */
  const mailed = async (addresses: readonly string[]): Promise<number> => {
    const before = await Promise.all(addresses.map((address) => world.mailsTo(address)));
    for (const address of addresses) await askSignUp(address);
    await world.deliver();
    const after = await Promise.all(addresses.map((address) => world.mailsTo(address)));
    return after.filter((mails, index) => mails.length > (before[index]?.length ?? 0)).length;
  };

  /** Moves to the next window of every counter. */
  const passWindow = () => world.clock.advance(windowSeconds);

  it('is five an hour for all spellings of a mailbox, and the next hour has its own', async () => {
    const spellings = (name: string) => Array.from({ length: 8 }, (_, index) => `${name}+${index}@example.com`);
    const from = world.logs.length;

    const first = await mailed(spellings('flooded'));
    const others = await mailed(['another@example.com']);
    passWindow();
    const later = await mailed(['flooded+later@example.com']);

    expect([max, first, others, later]).toEqual([5, 5, 1, 1]);
    expect(logged(world, 'intent-delivered', from).filter(({ outcome }) => outcome === 'refused-mailbox')).toHaveLength(
      3,
    );
    expect(await waitingIntents(world)).toEqual([]);
  });

  it('counts the spellings that a provider has published as one', async () => {
    const dotted = ['reader', 'r.eader', 're.ader', 'rea.der', 'read.er', 'reade.r', 'r.e.ader'];

    expect(await mailed(dotted.map((name, index) => `${name}@${index % 2 ? 'gmail' : 'googlemail'}.com`))).toBe(max);
  });

  it('reaches the plain address of a mailbox whose other spellings have used up the hour', async () => {
    const others = await mailed(Array.from({ length: max + 1 }, (_, index) => `besieged+${index}@example.com`));

    expect([others, await mailed(['besieged@example.com'])]).toEqual([max, 1]);
  });

  it("never counts mail to an account's own address, nor is that kept back", async () => {
    await signUp(world, 'owner@example.com');
    passWindow();
    expect(await mailed(Array.from({ length: max + 1 }, (_, index) => `owner+${index}@example.com`))).toBe(max);

    const already: number[] = [];
    for (let asked = 0; asked <= max; asked += 1) already.push(await mailed(['owner@example.com']));

    expect(already).toEqual(Array(max + 1).fill(1));
  });

  it('counts an intent once, however often its mail has to be tried', async () => {
    await askSignUp('retried+first@example.com');
    const [pk = ''] = await waitingIntents(world);
    await world.setFault({ service: 'ses', next: max + 1, error: 'Throttling' });
    for (let tried = 0; tried <= max; tried += 1) await deliverInTurn(world, [pk]);

    await world.deliver();
    const more = await mailed(Array.from({ length: max }, (_, index) => `retried+${index}@example.com`));

    expect((await world.mailsTo('retried+first@example.com')).length).toBe(1);
    expect(more).toBe(max - 1);
  });

  it('lets no more through when all come at once', async () => {
    const spellings = Array.from({ length: 12 }, (_, index) => `at-once+${index}@example.com`);
    for (const address of spellings) await askSignUp(address);

    await Promise.all((await waitingIntents(world)).map((pk) => deliverInTurn(world, [pk])));
    await world.deliver();

    const mails = await Promise.all(spellings.map((address) => world.mailsTo(address)));
    expect(mails.flat()).toHaveLength(max);
  });

  it('leaves no address in the log or in a counter', async () => {
    const from = world.logs.length;
    await mailed(Array.from({ length: max + 1 }, (_, index) => `secret-name+${index}@example.com`));

    const counters = (await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('LIMIT#mail/'));
    expect(counters.length).toBeGreaterThan(max);
    expect(leaksIn([...world.logs.slice(from), JSON.stringify(counters)], { name: 'secret-name' })).toEqual([]);
  });
});
