import { expect, it } from '@jest/globals';
import type { LimitNumbers } from '../../shared/limits/request-windows.ts';
import { bodyFaults } from './body-faults.ts';
import { partsOf } from './dynamo-shape.ts';
import { fromSource } from './fixtures.ts';
import { signUp } from './journeys.ts';
import { describeLimits } from './limited-flow.ts';
import type { EventChanges } from './load-event.ts';
import { everythingStored, storedRows } from './stored.ts';
import { putRows } from './table-writer.ts';
import type { Answer, World } from './world.ts';

const DART = 'Dart/3.9 (dart:io)';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** A flow by which a stranger has a mail sent to an account's own address. */
export interface RequestedMail {
  flow: string;
  limits: LimitNumbers;
  /** Opened by the suite before its tests. */
  world: () => World;
  ask: (email: string, changes?: EventChanges) => Promise<Answer>;
}

/** What each of them does: one round trip, the same for all addresses, no count of an address, and nothing to strangers. */
export const describeRequestedMail = ({ flow, limits, world, ask }: RequestedMail): void => {
  it('looks no account up: it counts and leaves an intent, in one round trip', async () => {
    await signUp(world(), 'one-call@example.com');
    const before = world().proxy.calls.length;

    await ask('one-call@example.com');
    const [call, ...others] = world().proxy.calls.slice(before);

    expect([call?.operation, others]).toEqual(['TransactWriteItems', []]);
    expect(partsOf(call)).toEqual([
      ['Update', world().tables.tokens],
      ['Update', world().tables.tokens],
      ['Update', world().tables.tokens],
      ['Put', world().tables.outbox],
    ]);
    await world().deliver();
  });

  it('leaves an intent that holds no secret, and nothing else', async () => {
    await world().deliver();
    const before = await storedRows(world());

    await ask('intent@example.com', { 'headers.accept-language': 'de-AT,en;q=0.5', 'headers.user-agent': DART });

    const intents = await world().rows('outbox');
    expect((await storedRows(world())).length - before.length).toBe(1);
    expect(intents).toMatchObject([
      {
        intent: {
          kind: flow.replace('request-', ''),
          email: 'intent@example.com',
          locales: ['de-AT', 'en'],
          device: { program: 'app', system: null },
        },
        attempts: 0,
      },
    ]);
    expect(Object.keys(intents[0]?.intent as object).toSorted()).toEqual(['device', 'email', 'kind', 'locales']);
    await world().deliver();
  });

  it('tells the owner when it was asked for and by what, and nothing raw of the header', async () => {
    const email = 'asked@example.com';
    await signUp(world(), email);
    world().clock.advance(3600);
    const at = new Date(world().clock.nowMs()).toISOString().slice(11, 19);

    await ask(email, { 'headers.user-agent': `${FIREFOX} <b>EVIL</b> call +431234567, https://evil.example` });
    const [stored] = await world().rows('outbox');
    await world().deliver();
    const [mail] = await world().mailsTo(email);

    expect(mail?.subject).toContain(`(${at} UTC)`);
    expect(mail?.text.replace(/\s+/g, ' ')).toContain(
      `at ${at.slice(0, 5)} (UTC). The device, as it describes itself: Firefox on Windows.`,
    );
    for (const text of [JSON.stringify(stored), mail?.text, mail?.html])
      expect(text).not.toMatch(/evil|431234567|128\.0/i);
  });

  it('sends what a release before asked for, of whose device nothing is known', async () => {
    const email = 'older-release@example.com';
    await signUp(world(), email);
    await ask(email);
    const [row] = await world().rows('outbox');
    const { device: _, ...intent } = (row?.intent ?? {}) as Record<string, unknown>;
    await putRows(world(), 'outbox', [{ ...row, intent }]);

    expect(await world().deliver()).toBe(0);
    expect((await world().mailsTo(email))[0]?.text.replace(/\s+/g, ' ')).toContain('as it describes itself: unknown.');
  });

  it('sends nothing to a stranger, and forgets the address once that is known', async () => {
    await ask('stranger-to-us@example.com');
    const failed = await world().deliver();

    expect(failed).toBe(0);
    expect(await world().mailsTo('stranger-to-us@example.com')).toEqual([]);
    expect(await everythingStored(world())).not.toContain('stranger-to-us');
  });

  it.each(bodyFaults({ email: 'fault@example.com' }))('refuses $fault', async ({ changes, status, code, errors }) => {
    const before = await storedRows(world());

    const answer = await ask('', changes);

    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.body.errors).toEqual(errors);
    expect(await storedRows(world())).toEqual(before);
  });

  describeLimits({
    flow,
    limits,
    world,
    ask,
    unknownStatus: 200,
    sparesFresh: true,
    costOf: async (run) => {
      const before = (await world().rows('outbox')).length;
      await run();
      return (await world().rows('outbox')).length - before;
    },
  });

  it('counts no address, from however many sources strangers ask for it', async () => {
    await signUp(world(), 'known-to-many@example.com');
    const flood = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask('known-to-many@example.com', fromSource(`192.0.2.${index}`))),
    );

    const owner = await ask('known-to-many@example.com', fromSource('198.51.100.24'));

    expect(new Set([...flood, owner].map(({ status }) => status))).toEqual(new Set([200]));
    await world().deliver();
  });
};
