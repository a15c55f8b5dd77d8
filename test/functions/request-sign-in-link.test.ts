import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../support/default-settings.ts';
import { askForSignInLink, signInLinks, signUp } from '../support/journeys.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { describeRequestedMail } from '../support/requested-mail.ts';
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
      expect.stringMatching(/^Ihr Anmelde-Link für Bookshelf \(\d\d:\d\d:\d\d UTC\)$/),
      expect.stringMatching(/^Your sign-in link for Bookshelf \(\d\d:\d\d:\d\d UTC\)$/),
    ]);
  });

  describeRequestedMail({
    flow: 'request-sign-in-link',
    limits: DEFAULTS.limits.requestSignInLink,
    world: () => world,
    ask,
  });
});
