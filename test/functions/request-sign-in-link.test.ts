import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { fromSource } from '../support/fixtures.ts';
import { askForSignInLink, signInLinks, signUp } from '../support/journeys.ts';
import { describeLimits } from '../support/limited-flow.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { everythingStored, storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;

describe('request-sign-in-link', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: {} } });
  });
  beforeEach(() => world.clock.advance(HOUR)); // each test starts with fresh counters
  afterAll(() => world.close());

  const ask = (email: string, changes: EventChanges = {}): Promise<Answer> => askForSignInLink(world, email, changes);

  const linkMails = async (email: string) =>
    (await world.mailsTo(email)).filter(({ text }) => text.includes('/ui/sign-in-link'));

  it('mails a link to an account, with the token in the fragment and once more in groups of four', async () => {
    await signUp(world, 'ada@example.com');

    const answer = await ask('ada@example.com');
    const failed = await world.deliver();
    const [mail, ...others] = await linkMails('ada@example.com');
    const [token = ''] = await signInLinks(world, 'ada@example.com');

    expect([answer.status, answer.text, failed, others]).toEqual([200, '{"status":"accepted"}', 0, []]);
    expect(token).toHaveLength(26);
    expect(mail?.text).toContain(`https://auth.bookshelf.example/ui/sign-in-link?lang=en#token=${token}\n`);
    expect(mail?.text).toContain(token.match(/.{1,4}/g)?.join('-') ?? 'no token');
    expect(mail?.text).toContain('within 15 minutes');
    expect(mail?.text.replaceAll(/\s+/g, ' ')).toContain('It signs nobody in by itself: you still need your password');
    expect(mail?.text).toContain(`https://auth.bookshelf.example/ui/not-me?lang=en#link=${token}\n`);
  });

  it('takes a form as the Dart http package sends a map, and JSON of a browser, and writes in its language', async () => {
    await signUp(world, 'clients@example.com');

    const form = await world.call(
      'request-sign-in-link',
      loadEvent('request-sign-in-link/form', formBody({ email: 'clients@example.com' })),
    );
    await world.deliver();
    world.clock.advance(60); // past the spacing of mails to one address
    const browser = await world.call(
      'request-sign-in-link',
      loadEvent('request-sign-in-link/browser', jsonBody({ email: 'clients@example.com' })),
    );
    await world.deliver();

    expect([form.text, browser.text]).toEqual(['{"status":"accepted"}', '{"status":"accepted"}']);
    expect((await linkMails('clients@example.com')).map(({ subject }) => subject)).toEqual([
      'Ihr Anmelde-Link für Bookshelf',
      'Your sign-in link for Bookshelf',
    ]);
  });

  it('looks no account up: it counts and leaves an intent, in one round trip', async () => {
    await signUp(world, 'one-call@example.com');
    const before = world.proxy.calls.length;

    await ask('one-call@example.com', { 'headers.accept-language': 'de-AT,en;q=0.5' });
    const [call, ...others] = world.proxy.calls.slice(before);

    expect([call?.operation, others]).toEqual(['TransactWriteItems', []]);
    const items = call?.body.TransactItems as Record<string, { TableName: string }>[];
    expect(items.flatMap((item) => Object.entries(item).map(([kind, { TableName }]) => [kind, TableName]))).toEqual([
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Put', world.tables.outbox],
    ]);
    expect(await world.rows('outbox')).toMatchObject([
      { intent: { kind: 'sign-in-link', email: 'one-call@example.com', locales: ['de-AT', 'en'] }, attempts: 0 },
    ]);
    await world.deliver();
  });

  it('sends nothing to a stranger, and forgets the address once that is known', async () => {
    await ask('stranger-to-us@example.com');
    const failed = await world.deliver();

    expect(failed).toBe(0);
    expect(await world.mailsTo('stranger-to-us@example.com')).toEqual([]);
    expect(await everythingStored(world)).not.toContain('stranger-to-us');
  });

  it.each(bodyFaults({ email: 'fault@example.com' }))('refuses $fault', async ({ changes, status, code, errors }) => {
    const before = await storedRows(world);

    const answer = await ask('', changes);

    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.body.errors).toEqual(errors);
    expect(await storedRows(world)).toEqual(before);
  });

  describeLimits({
    flow: 'request-sign-in-link',
    limits: DEFAULTS.limits.requestSignInLink,
    world: () => world,
    ask,
    unknownStatus: 200,
    sparesFresh: true,
    costOf: async (run) => {
      const before = (await world.rows('outbox')).length;
      await run();
      return (await world.rows('outbox')).length - before;
    },
  });

  it('counts no address, from however many sources strangers ask for it', async () => {
    await signUp(world, 'known-to-many@example.com');
    const flood = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask('known-to-many@example.com', fromSource(`192.0.2.${index}`))),
    );

    const owner = await ask('known-to-many@example.com', fromSource('198.51.100.24'));

    expect(new Set([...flood, owner].map(({ status }) => status))).toEqual(new Set([200]));
    await world.deliver();
  });
});
