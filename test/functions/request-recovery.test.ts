import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { newestToken, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { describeLimits } from '../support/limited-flow.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { everythingStored, storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;
const { perIdentifier } = DEFAULTS.limits.requestRecovery;

describe('request-recovery', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: {} } });
  });
  beforeEach(() => world.clock.advance(HOUR)); // each test starts with fresh counters
  afterAll(() => world.close());

  const ask = (email: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call('request-recovery', loadEvent('request-recovery/json', { ...jsonBody({ email }), ...changes }));

  const askTimes = async (times: number, email: string, changes: EventChanges = {}): Promise<void> => {
    for (let time = 0; time < times; time += 1) await ask(email, changes);
  };

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
        'content-type': 'application/json',
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
    const browser = await world.call(
      'request-recovery',
      loadEvent('request-recovery/browser', jsonBody({ email: 'clients@example.com' })),
    );
    await world.deliver();

    expect([form.text, browser.text]).toEqual(['{"status":"accepted"}', '{"status":"accepted"}']);
    expect((await world.mailsTo('clients@example.com')).map(({ subject }) => subject)).toContain(
      'Passwort für Bookshelf zurücksetzen',
    );
  });

  it('looks no account up: it counts and leaves an intent, in one round trip', async () => {
    await signUp(world, 'one-call@example.com');
    const before = world.proxy.calls.length;

    await ask('one-call@example.com');
    const [call, ...others] = world.proxy.calls.slice(before);

    expect([call?.operation, others]).toEqual(['TransactWriteItems', []]);
    const items = call?.body.TransactItems as Record<string, { TableName: string }>[];
    expect(items.flatMap((item) => Object.entries(item).map(([kind, { TableName }]) => [kind, TableName]))).toEqual([
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Put', world.tables.outbox],
    ]);
  });

  it('leaves an intent that holds no secret, and nothing else', async () => {
    await world.deliver();
    const before = await storedRows(world);

    await ask('intent@example.com', { 'headers.accept-language': 'de-AT,en;q=0.5' });

    const intents = await world.rows('outbox');
    expect((await storedRows(world)).length - before.length).toBe(1);
    expect(intents).toMatchObject([
      { intent: { kind: 'recovery', email: 'intent@example.com', locales: ['de-AT', 'en'] }, attempts: 0 },
    ]);
    expect(Object.keys(intents[0]?.intent as object).toSorted()).toEqual(['email', 'kind', 'locales']);
    await world.deliver();
  });

  it('sends nothing to a stranger, and forgets the address once that is known', async () => {
    await ask('stranger-to-us@example.com');
    const failed = await world.deliver();

    expect(failed).toBe(0);
    expect(await world.mailsTo('stranger-to-us@example.com')).toEqual([]);
    expect(await everythingStored(world)).not.toContain('stranger-to-us');
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

  it.each(bodyFaults({ email: 'fault@example.com' }))('refuses $fault', async ({ changes, status, code, errors }) => {
    const before = await storedRows(world);

    const answer = await ask('', changes);

    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.body.errors).toEqual(errors);
    expect(await storedRows(world)).toEqual(before);
  });

  describeLimits({
    flow: 'request-recovery',
    limits: DEFAULTS.limits.requestRecovery,
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

  describe('its limits on mail', () => {
    it('does not flood a mailbox: what is refused is not mailed', async () => {
      await signUp(world, 'flooded@example.com');

      await askTimes(perIdentifier.max + 3, 'flooded@example.com');
      await world.deliver();

      expect((await recoveryMails('flooded@example.com')).length).toBeLessThanOrEqual(perIdentifier.max);
      expect(await world.rows('outbox')).toEqual([]);
    });

    it('tells the table of counters nothing that could be turned back into an address or a network', async () => {
      await ask('counted@example.com');

      const counters = (await world.rows('tokens')).filter(({ sk }) => sk === 'LIMIT');

      expect(leaksIn(JSON.stringify(counters), { email: 'counted@example.com', source: '203.0.113.7' })).toEqual([]);
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
