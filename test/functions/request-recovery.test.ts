import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { fromSource } from '../support/fixtures.ts';
import { checkResetToken, newestToken, resetPassword, signUp, tokenIn } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { describeRequestedMail } from '../support/requested-mail.ts';
import { storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;
const RECOVERY_SECONDS = DEFAULTS.tokens.recoverySeconds;

describe('request-recovery', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: {} } });
  });
  beforeEach(() => world.clock.advance(HOUR)); // each test starts with fresh counters
  afterAll(() => world.close());

  const ask = (email: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call('request-recovery', loadEvent('request-recovery/json', { ...jsonBody({ email }), ...changes }));

  const recoveryMails = async (email: string) =>
    (await world.mailsTo(email)).filter(({ subject }) => subject.startsWith('Reset'));

  it('mails a link to an account, with the token in the fragment and once more in groups of four', async () => {
    await signUp(world, 'ada@example.com');

    const answer = await ask('ada@example.com');
    const failed = await world.deliver();
    const [mail, ...others] = await recoveryMails('ada@example.com');

    expect(answer).toEqual({
      status: 200,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'UGh1cjJxDoEEMjQ=',
      },
      text: '{"status":"accepted"}',
      body: { status: 'accepted' },
    });
    expect([failed, others]).toEqual([0, []]);
    const token = await newestToken(world, 'ada@example.com');
    expect(mail?.text).toContain(`https://auth.bookshelf.example/ui/reset?lang=en#token=${token}\n`);
    expect(mail?.text).toContain(token.match(/.{1,4}/g)?.join('-') ?? 'no token');
  });

  it('takes a form as the Dart http package sends a map, and JSON of a browser', async () => {
    await signUp(world, 'clients@example.com');

    const form = await world.call(
      'request-recovery',
      loadEvent('request-recovery/form', formBody({ email: 'clients@example.com' })),
    );
    await world.deliver();
    world.clock.advance(60); // past the spacing of mails to one address
    const browser = await world.call(
      'request-recovery',
      loadEvent('request-recovery/browser', jsonBody({ email: 'clients@example.com' })),
    );
    await world.deliver();

    expect([form.text, browser.text]).toEqual(['{"status":"accepted"}', '{"status":"accepted"}']);
    expect((await world.mailsTo('clients@example.com')).map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/^Passwort für Bookshelf zurücksetzen \(\d\d:\d\d:\d\d UTC\)$/),
    );
  });

  describeRequestedMail({
    flow: 'request-recovery',
    limits: DEFAULTS.limits.requestRecovery,
    world: () => world,
    ask,
  });

  it('takes no link from any header of the request', async () => {
    await signUp(world, 'host@example.com');

    await ask('host@example.com', {
      'headers.host': 'evil.example',
      'headers.x-forwarded-host': 'evil.example',
      'headers.x-forwarded-proto': 'http',
      'headers.x-original-url': 'https://evil.example/',
      'headers.forwarded': 'host=evil.example;proto=http',
      'headers.origin': 'https://evil.example',
      'headers.referer': 'https://evil.example/',
      'requestContext.domainName': 'evil.example',
      'requestContext.domainPrefix': 'evil',
    });
    await world.deliver();
    const [mail] = await recoveryMails('host@example.com');

    expect([...(mail?.text.matchAll(/\bhttps?:\/\/[^/\s]+/g) ?? [])].map(([url]) => url)).toEqual([
      'https://auth.bookshelf.example',
      'https://auth.bookshelf.example',
    ]);
    expect(JSON.stringify(mail)).not.toContain('evil');
  });

  it('mails to the stored address, whichever spelling was asked with', async () => {
    await signUp(world, 'spelling@xn--bcher-kva.example');

    await ask('Spelling@BÜCHER.example');
    await world.deliver();

    expect(await recoveryMails('spelling@xn--bcher-kva.example')).toHaveLength(1);
  });

  it.each<[string, EventChanges]>([
    ['parted by a comma', jsonBody({ email: 'ada@example.com,eve@example.org' })],
    ['parted by a semicolon', jsonBody({ email: 'ada@example.com;eve@example.org' })],
    ['parted by a blank', jsonBody({ email: 'ada@example.com eve@example.org' })],
    ['parted by a line end', jsonBody({ email: 'ada@example.com\r\neve@example.org' })],
    ['in a header of its own', jsonBody({ email: 'ada@example.com\r\nX-Note: eve@example.org' })],
    ['behind a display name', jsonBody({ email: '"ada@example.com" <eve@example.org>' })],
    ['behind a NUL', jsonBody({ email: 'ada@example.com\0eve@example.org' })],
    ['in an array', jsonBody({ email: ['ada@example.com', 'eve@example.org'] })],
    ['in an object', jsonBody({ email: { 0: 'ada@example.com', 1: 'eve@example.org' } })],
    ['in two members', jsonBody('{"email":"ada@example.com","email":"eve@example.org"}')],
    ['in two members, one of them escaped', jsonBody('{"email":"ada@example.com","\\u0065mail":"eve@example.org"}')],
    ['in two fields of a form', formBody('email=ada%40example.com&email=eve%40example.org')],
    ['in fields as PHP writes arrays', formBody('email[]=ada%40example.com&email[]=eve%40example.org')],
    ['in a second field', jsonBody({ email: 'ada@example.com', cc: 'eve@example.org' })],
    ['in the query as well', { ...jsonBody({}), 'queryStringParameters.email': 'eve@example.org' }],
  ])('refuses two addresses %s', async (_, changes) => {
    const before = await storedRows(world);

    const answer = await ask('', changes);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(answer.text).not.toMatch(/ada|eve/);
    expect(await storedRows(world)).toEqual(before);
  });

  describe('its limits', () => {
    it('tells the table of counters nothing that could be turned back into an address or a network', async () => {
      await ask('counted@example.com');

      const counters = (await world.rows('tokens')).filter(({ sk }) => sk === 'LIMIT');

      expect(leaksIn(JSON.stringify(counters), { email: 'counted@example.com', source: '203.0.113.7' })).toEqual([]);
    });
  });

  describe('the spacing of its mails', () => {
    let sources = 0;

    /** Asks from another source, and delivers. @returns how many recovery mails the address has by then */
    const askAndDeliver = async (email: string): Promise<number> => {
      sources += 1;
      const answer = await ask(email, fromSource(`198.18.${Math.floor(sources / 250)}.${sources % 250}`));
      expect([answer.status, answer.text]).toEqual([200, '{"status":"accepted"}']);
      expect(await world.deliver()).toBe(0);
      return (await recoveryMails(email)).length;
    };

    const tokensOf = async (email: string): Promise<string[]> =>
      (await recoveryMails(email)).map(({ text }) => tokenIn(text)).toReversed();

    const isGood = async (token: string): Promise<boolean> => (await checkResetToken(world, token)).status === 200;

    it('grows from 30 seconds to half of the life of a token, to the second', async () => {
      const email = 'spaced@example.com';
      await signUp(world, email);
      const sentAt = [0];
      await askAndDeliver(email);

      for (const seconds of [30, 90, 210, 450, 900, 1800, 2700]) {
        const before = sentAt.at(-1) ?? 0;
        world.clock.advance(seconds - 1 - before);
        const tooEarly = await askAndDeliver(email);
        world.clock.advance(1);
        const inTime = await askAndDeliver(email);
        expect([seconds, tooEarly, inTime]).toEqual([seconds, sentAt.length, sentAt.length + 1]);
        sentAt.push(seconds);
      }
    });

    it('is the same for every spelling of an address', async () => {
      const spellings = [
        'reader@b\u00fccher.example',
        'READER@B\u00dcCHER.EXAMPLE',
        'Reader@xn--bcher-kva.example',
        'reader@bu\u0308cher.example',
        'reader@b\u00fccher\u3002example',
      ];
      await signUp(world, 'reader@xn--bcher-kva.example');

      for (const spelling of spellings) await ask(spelling);
      await world.deliver();

      expect(await recoveryMails('reader@xn--bcher-kva.example')).toHaveLength(1);
    });

    it('brings the same token until half of its life, and then a second one beside it', async () => {
      const email = 'second@example.com';
      await signUp(world, email);
      await askAndDeliver(email);
      world.clock.advance(RECOVERY_SECONDS / 2 - 1);
      await askAndDeliver(email);
      world.clock.advance(31);
      await askAndDeliver(email);

      const [first = '', repeat = '', second = ''] = await tokensOf(email);
      const both = [await isGood(first), await isGood(second)];
      world.clock.advance(RECOVERY_SECONDS / 2 - 30 - 1);
      const atTheEnd = [await isGood(first), await isGood(second)];
      world.clock.advance(1);
      const afterIt = [await isGood(first), await isGood(second)];

      expect(repeat).toBe(first);
      expect(second).not.toBe(first);
      expect([both, atTheEnd, afterIt]).toEqual([
        [true, true],
        [true, true],
        [false, true],
      ]);
    });

    it('says in each mail how long its token still lives', async () => {
      const email = 'life@example.com';
      await signUp(world, email);
      await askAndDeliver(email);
      world.clock.advance(600);
      await askAndDeliver(email);

      const [repeat, first] = await recoveryMails(email);

      expect(first?.text).toContain('within 30 minutes of this');
      expect(repeat?.text).toContain('within 20 minutes of this');
    });

    it('ends with the life of its token: nothing lives, and it begins at 30 seconds', async () => {
      const email = 'ended@example.com';
      await signUp(world, email);
      for (const seconds of [0, 30, 60, 120]) {
        world.clock.advance(seconds);
        await askAndDeliver(email);
      }
      world.clock.advance(RECOVERY_SECONDS);
      const sent = await askAndDeliver(email);
      world.clock.advance(30);

      expect([sent, await askAndDeliver(email)]).toEqual([5, 6]);
    });

    it('ends with the use of its token', async () => {
      const email = 'used@example.com';
      await signUp(world, email);
      await askAndDeliver(email);
      await resetPassword(world, (await tokensOf(email))[0] ?? '', 'a much better horse');

      const sent = await askAndDeliver(email);
      const [used = '', next = ''] = await tokensOf(email);

      expect(sent).toBe(2);
      expect(next).not.toBe(used);
      expect([await isGood(used), await isGood(next)]).toEqual([false, true]);
    });
  });

  it('accepts nothing while the database is down, and says so', async () => {
    const before = await storedRows(world);
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const answer = await ask('outage@example.com');
    world.proxy.heal();

    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { code: 'unavailable', retry_after: 2 },
    });
    expect(await storedRows(world)).toEqual(before);
  });

  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

    const answer = await ask('denied@example.com');

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  /** @asvs 16.5.2 */
  it('answers the same while no mail can be sent, and the mail arrives later', async () => {
    await signUp(world, 'ses-down@example.com');
    await world.setFault({ service: 'ses', next: 1, error: 'Throttling' });

    const answer = await ask('ses-down@example.com');
    const failed = [await world.deliver(), await world.deliver()];

    expect(answer.text).toBe('{"status":"accepted"}');
    expect(failed).toEqual([1, 0]);
    expect(await recoveryMails('ses-down@example.com')).toHaveLength(1);
  });

  it('waits a moment for a counter that somebody else is writing', async () => {
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 2, kind: 'conflict' });

    const operations = await operationsDuring(world.proxy, () => ask('conflict@example.com'));

    expect(operations).toEqual(['TransactWriteItems', 'TransactWriteItems', 'TransactWriteItems']);
  });

  it('leaves one line in the log for a request, and no address, network or token in any', async () => {
    const email = 'canary-of-recovery@example.com';
    await signUp(world, email);
    const before = world.logs.length;

    const answers = [await ask(email), await ask(email, formBody({ email, unknown: email }))];
    await world.deliver();

    const lines = world.logs.slice(before);
    const secrets = { email, localPart: 'canary-of-recovery', token: await newestToken(world, email) };
    expect(lines.map((line) => JSON.parse(line)).filter(({ flow }) => flow === 'request-recovery')).toMatchObject([
      { level: 'info', event: 'request', status: 200 },
      { level: 'info', event: 'request', status: 400, code: 'invalid-request' },
    ]);
    expect(leaksIn(lines, { ...secrets, source: '203.0.113.7' })).toEqual([]);
    expect(leaksIn(JSON.stringify(answers), secrets)).toEqual([]);
  });
});
