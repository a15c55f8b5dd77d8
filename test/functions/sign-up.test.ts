import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../shared/primitives/digest.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, partsOf, shapesDuring } from '../support/dynamo-shape.ts';
import {
  GOOD_PASSWORD,
  getProfile,
  newAddress,
  newestToken,
  signUp as openAccount,
  tokenIn,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { describeLimits } from '../support/limited-flow.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { deliverBatch, insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { putRows, removeRows } from '../support/table-writer.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;

describe('sign-up', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { limits: {} } });
  });
  beforeEach(() => world.clock.advance(HOUR)); // each test starts with fresh counters
  afterAll(() => world.close());

  const ask = (email: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call('sign-up', loadEvent('sign-up/json', { ...jsonBody({ email }), ...changes }));

  const pendingTokens = async (): Promise<Record<string, unknown>[]> =>
    (await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('SIGN_UP#'));

  it('mails a link to an address without an account, with the token in the fragment and in groups of four', async () => {
    const answer = await ask('ada@example.com');
    const failed = await world.deliver();
    const [mail, ...others] = await world.mailsTo('ada@example.com');

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
    expect(failed).toBe(0);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      to: 'ada@example.com',
      subject: 'Complete your sign-up for Bookshelf',
      from: expect.stringContaining('no-reply@bookshelf.example'),
      text: expect.stringMatching(
        /https:\/\/auth\.bookshelf\.example\/ui\/complete-sign-up(?:\?lang=en)?#token=[0-9A-HJKMNP-TV-Z]{26}\s/,
      ),
    });
    expect(mail?.text).toContain(
      (await newestToken(world, 'ada@example.com')).match(/.{1,4}/g)?.join('-') ?? 'no token',
    );
  });

  it('opens no account, claims no address and leaves no intent behind once the mail is out', async () => {
    await ask('nothing-yet@example.com');
    await world.deliver();

    const rows = await world.rows('accounts');
    expect(rows.filter((row) => JSON.stringify(row).includes('nothing-yet'))).toEqual([]);
    expect(await world.rows('credentials')).toEqual([]);
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('keeps of the token a hash that ends after a day, and the token nowhere', async () => {
    await ask('hash@example.com');
    await world.deliver();
    const token = await newestToken(world, 'hash@example.com');

    const row = (await pendingTokens()).find(({ email }) => email === 'hash@example.com');
    expect(row).toMatchObject({
      pk: expect.stringMatching(/^SIGN_UP#[\w-]{43}$/),
      locale: null,
      expiresAtEpochSeconds: world.clock.nowSeconds() + DEFAULTS.tokens.signUpSeconds,
    });
    const everything = await Promise.all(
      (['accounts', 'credentials', 'tokens', 'outbox'] as const).map((table) => world.rows(table)),
    );
    expect(leaksIn(JSON.stringify(everything), { token })).toEqual([]);
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const answer = await world.call('sign-up', loadEvent('sign-up/form', formBody({ email: 'form@example.com' })));
    await world.deliver();

    expect(answer.text).toBe('{"status":"accepted"}');
    expect(await world.mailsTo('form@example.com')).toHaveLength(1);
  });

  it('answers byte for byte the same and asks the database the same, whether the address has an account, a pending sign-up or nothing', async () => {
    await openAccount(world, 'known@example.com');
    await ask('pending@example.com');
    await world.deliver();
    const answers: Answer[] = [];
    const askFor = (email: string) => shapesDuring(world.proxy, async () => answers.push(await ask(email)));

    const known = await askFor('known@example.com');
    const pending = await askFor('pending@example.com');
    const unknown = await askFor('unknown@example.com');

    expect(answers[0]).toEqual(answers[2]);
    expect(answers[1]).toEqual(answers[2]);
    expect(known).toEqual(unknown);
    expect(pending).toEqual(unknown);
  });

  it('answers nothing of its own but the request id', async () => {
    const first = await ask('known@example.com', { 'requestContext.requestId': 'first-request' });
    const second = await ask('unknown@example.com', { 'requestContext.requestId': 'other-request' });

    expect({ ...first.headers, 'x-request-id': '' }).toEqual({ ...second.headers, 'x-request-id': '' });
    expect([first.headers['x-request-id'], second.headers['x-request-id']]).toEqual(['first-request', 'other-request']);
    expect(first.text).toBe(second.text);
  });

  it('looks no account up: it counts and leaves an intent, in one transaction', async () => {
    const before = world.proxy.calls.length;

    await ask('one-call@example.com');
    const calls = world.proxy.calls.slice(before);

    expect(calls.map(({ operation }) => operation)).toEqual(['TransactWriteItems']);
    expect(partsOf(calls[0])).toEqual([
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Update', world.tables.tokens],
      ['Put', world.tables.outbox],
    ]);
  });

  it('tells the owner of an account that there is one, in a mail without a token', async () => {
    await openAccount(world, 'owner@example.com');
    const pendingBefore = await pendingTokens();

    await ask('owner@example.com');
    await world.deliver();
    const [mail] = await world.mailsTo('owner@example.com');

    expect(mail?.subject).toBe('You already have an account with Bookshelf');
    expect(mail?.text).not.toMatch(/token|[0-9A-HJKMNP-TV-Z]{26}|(?:[0-9A-HJKMNP-TV-Z]{4}-){5}/);
    expect(mail?.html).not.toMatch(/#token|[0-9A-HJKMNP-TV-Z]{26}|(?:[0-9A-HJKMNP-TV-Z]{4}-){5}/);
    expect(await pendingTokens()).toEqual(pendingBefore);
  });

  it('finds the account behind another spelling of its address', async () => {
    await openAccount(world, 'spelling@xn--bcher-kva.example');

    await ask('Spelling@B\u00dcCHER.example');
    await world.deliver();
    const [mail] = await world.mailsTo('spelling@xn--bcher-kva.example');

    expect(mail?.subject).toBe('You already have an account with Bookshelf');
  });

  it.each<{ name: string; locale?: string; acceptLanguage?: string; subject: string }>([
    { name: 'wish', locale: 'de-AT', subject: 'Registrierung bei Bookshelf abschließen' },
    { name: 'wish-first', locale: 'en-GB', acceptLanguage: 'de', subject: 'Complete your sign-up for Bookshelf' },
    { name: 'device', acceptLanguage: 'de-CH,en;q=0.5', subject: 'Registrierung bei Bookshelf abschließen' },
    { name: 'quality', acceptLanguage: 'en;q=0.4,de;q=0.9', subject: 'Registrierung bei Bookshelf abschließen' },
    { name: 'unshipped', locale: 'fr', acceptLanguage: 'de', subject: 'Registrierung bei Bookshelf abschließen' },
    { name: 'none', subject: 'Complete your sign-up for Bookshelf' },
    { name: 'ill-formed', acceptLanguage: ';;q=9,,*', subject: 'Complete your sign-up for Bookshelf' },
  ])(
    'writes in the language of the wish, then of the device, then the default: $name',
    async ({ name, locale, acceptLanguage, subject }) => {
      const email = `language-${name}@example.com`;

      await ask(email, { ...jsonBody({ email, locale }), 'headers.accept-language': acceptLanguage });
      await world.deliver();
      const [mail] = await world.mailsTo(email);

      expect(mail?.subject).toBe(subject);
    },
  );

  it('takes the languages that a browser names, and no notice of its cookies', async () => {
    await world.call('sign-up', loadEvent('sign-up/browser-with-cookies', jsonBody({ email: 'browser@example.com' })));
    await world.deliver();
    const [mail] = await world.mailsTo('browser@example.com');

    expect(mail?.subject).toBe('Registrierung bei Bookshelf abschließen');
  });

  it("writes to an account in the account's language, whatever a stranger asks for", async () => {
    const email = 'german@example.com';
    await ask(email, jsonBody({ email, locale: 'de' }));
    await world.deliver();
    const body = jsonBody({ token: await newestToken(world, email), password: 'correct horse battery' });
    await world.call('complete-sign-up', loadEvent('complete-sign-up/json', body));

    await ask(email, { ...jsonBody({ email, locale: 'en' }), 'headers.accept-language': 'en' });
    await world.deliver();
    const [mail] = await world.mailsTo(email);

    expect(mail?.subject).toBe('Sie haben bereits ein Konto bei Bookshelf');
  });

  it('takes no link from a Host or Forwarded header', async () => {
    const email = 'host@example.com';

    await ask(email, {
      'headers.host': 'evil.example',
      'headers.x-forwarded-host': 'evil.example',
      'headers.forwarded': 'host=evil.example',
      'headers.origin': 'https://evil.example',
      'requestContext.domainName': 'evil.example',
    });
    await world.deliver();
    const [mail] = await world.mailsTo(email);

    expect(mail?.text).toContain('https://auth.bookshelf.example/ui/complete-sign-up');
    expect(JSON.stringify(mail)).not.toContain('evil.example');
  });

  describe('that is asked for again', () => {
    const { signUpSeconds } = DEFAULTS.tokens;

    const mailedToken = async (email: string, changes: EventChanges = {}): Promise<string> => {
      await ask(email, changes);
      await world.deliver();
      return newestToken(world, email);
    };
    const complete = (token: string) =>
      world.call(
        'complete-sign-up',
        loadEvent('complete-sign-up/json', jsonBody({ token, password: 'correct horse battery' })),
      );

    it('mails the same token, and says how long it still lives', async () => {
      const first = await mailedToken('twice@example.com');
      world.clock.advance(3600);
      const second = await mailedToken('twice@example.com');
      const [repeat, original] = await world.mailsTo('twice@example.com');

      expect(second).toBe(first);
      expect(original?.text.replaceAll('\n', ' ')).toContain('within 24 hours of this message');
      expect(repeat?.text.replaceAll('\n', ' ')).toContain('within 23 hours of this message');
      expect((await complete(first)).status).toBe(200);
    });

    it('lengthens no life: the token ends a day after the first mail, and the next one is another', async () => {
      const first = await mailedToken('life@example.com');
      world.clock.advance(signUpSeconds - 1);
      const repeat = await mailedToken('life@example.com');
      world.clock.advance(1);
      const tooLate = await complete(first);
      const next = await mailedToken('life@example.com');

      expect([repeat === first, next === first, tooLate.status]).toEqual([true, false, 400]);
      expect((await complete(next)).status).toBe(200);
    });

    it('begins the account with the language of the newest mail, whoever asked before', async () => {
      await mailedToken('language@example.com', { 'headers.accept-language': 'de' });
      const token = await mailedToken('language@example.com', { 'headers.accept-language': 'en-GB' });
      await complete(token);

      const account = (await world.rows('accounts')).find(({ email }) => email === 'language@example.com');
      expect(account?.claims).toEqual({ locale: 'en-GB' });
    });

    it('leaves one token of ten mails that are made at once', async () => {
      await Promise.all(Array.from({ length: 5 }, () => ask('at-once@example.com')));
      const intents = await waitingIntents(world);
      await deliverBatch(
        world,
        intents.map((pk, index) => insertOf(pk, String(index))),
      );
      while ((await world.rows('outbox')).length > 0) await world.deliver();

      const mails = await world.mailsTo('at-once@example.com');
      expect(mails).toHaveLength(5);
      expect(new Set(mails.map(({ text }) => tokenIn(text))).size).toBe(1);
    });

    it('begins anew where the stored token was deleted before its time, and where its row can not be derived', async () => {
      const first = await mailedToken('lost@example.com');
      const rows = (await world.rows('tokens')).filter(({ pk }) => pk === `SIGN_UP#${sha256(first)}`);
      await removeRows(world, 'tokens', rows);
      const second = await mailedToken('lost@example.com');
      const latest = (await world.rows('tokens')).find(({ tokenHash }) => tokenHash === sha256(second));
      await putRows(world, 'tokens', [{ ...latest, salt: `9.${'a'.repeat(43)}` }]);
      const third = await mailedToken('lost@example.com');

      expect(new Set([first, second, third]).size).toBe(3);
      expect((await complete(second)).status).toBe(200); // it lives out
      expect((await complete(third)).status).toBe(400); // the address has an account by now
    });

    it('keeps of the token a salt and a hash, under no key that names the address', async () => {
      const token = await mailedToken('at-rest@example.com');
      const latest = (await world.rows('tokens')).find(({ tokenHash }) => tokenHash === sha256(token));

      expect(Object.keys(latest ?? {}).toSorted()).toEqual(
        ['expiresAtEpochSeconds', 'pk', 'salt', 'schemaVersion', 'sk', 'tokenHash'].toSorted(),
      );
      expect(JSON.stringify(latest)).not.toContain('at-rest');
      expect(JSON.stringify(await world.rows('tokens'))).not.toContain(token);
    });
  });

  it.each(bodyFaults({ email: 'fault@example.com' }))('refuses $fault', async ({ changes, status, code, errors }) => {
    const before = await world.rows('outbox');

    const answer = await world.call('sign-up', loadEvent('sign-up/json', changes));

    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body.errors).toEqual(errors);
    expect(await world.rows('outbox')).toEqual(before);
  });

  it.each([
    'ada',
    'ada@localhost',
    'ada@example.com, eve@example.org',
    'ada@example.com\r\nX-Note: eve@example.org',
    'Ada <ada@example.com>',
    'a da@example.com',
    'ada@127.0.0.1',
    'ädä@example.com',
    '\u212aate@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(125)}example`,
  ])('refuses the address %j, and the answer does not repeat it', async (email) => {
    const answer = await ask(email);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ field: 'email' }] } });
    expect(answer.text).not.toContain(email);
  });

  it.each<[unknown, 'en' | 'de', string | undefined]>([
    ['de_AT', 'de', 'de-AT'],
    ['de-DE-1996-u-co-phonebk-nu-latn', 'de', 'de-DE-1996-u-co-phonebk-nu-latn'],
    ['th-TH-u-nu-thai-x-lvariant-TH', 'en', 'th-TH-u-nu-thai-x-lvariant-TH'],
    [null, 'en', undefined],
    ['', 'en', undefined],
    ['C', 'en', undefined],
    ['de-', 'en', undefined],
    ['../../notes.txt', 'en', undefined],
    ['x'.repeat(1000), 'en', undefined],
  ])('has the wish for the locale %j cost the language at most, never the account', async (locale, language, kept) => {
    const email = newAddress();

    const answer = await ask(email, jsonBody({ email, locale }));
    await world.deliver();
    const [mail] = await world.mailsTo(email);
    const { body: session } = await world.call(
      'complete-sign-up',
      loadEvent('complete-sign-up/json', jsonBody({ token: await newestToken(world, email), password: GOOD_PASSWORD })),
    );

    expect(answer.status).toBe(200);
    expect(mail?.subject.startsWith('Complete your sign-up')).toBe(language === 'en');
    expect((await getProfile(world, session)).body.locale).toBe(kept);
  });

  describeLimits({
    flow: 'sign-up',
    limits: DEFAULTS.limits.signUp,
    world: () => world,
    ask,
    unknownStatus: 200,
    costOf: async (run, email) => {
      await world.deliver();
      const before = (await world.mailsTo(email)).length;
      await run();
      await world.deliver();
      return (await world.mailsTo(email)).length - before;
    },
  });

  it('accepts nothing while the database is down, and says so', async () => {
    const before = await world.rows('outbox');
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const answer = await ask('outage@example.com');
    world.proxy.heal();

    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { code: 'unavailable', retry_after: 2 },
    });
    expect(await world.rows('outbox')).toEqual(before);
  });

  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'access-denied' });

    const answer = await ask('denied@example.com');
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('waits a moment for a counter that somebody else is writing', async () => {
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 2, kind: 'conflict' });

    const operations = await operationsDuring(world.proxy, () => ask('conflict@example.com'));
    await world.deliver();

    expect(operations).toEqual(['TransactWriteItems', 'TransactWriteItems', 'TransactWriteItems']);
    expect(await world.mailsTo('conflict@example.com')).toHaveLength(1);
  });

  it('leaves one line in the log for a request, and no address, network or token in any', async () => {
    const before = world.logs.length;
    const email = 'canary-of-sign-up@example.com';
    const answers = [await ask(email), await ask(email, formBody({ email, unknown: email }))];
    await world.deliver();
    const secrets = {
      email,
      localPart: 'canary-of-sign-up',
      token: await newestToken(world, email),
      source: '203.0.113.7',
    };
    const lines = world.logs.slice(before);

    expect(lines.map((line) => JSON.parse(line)).filter(({ flow }) => flow === 'sign-up')).toMatchObject([
      { level: 'info', event: 'request', status: 200 },
      { level: 'info', event: 'request', status: 400, code: 'invalid-request' },
    ]);
    expect(leaksIn(lines, secrets)).toEqual([]);
    expect(
      leaksIn(
        answers.map((answer) => JSON.stringify(answer)),
        secrets,
      ),
    ).toEqual([]);
  });

  it('tells the table of counters nothing that could be turned back into an address or a network', async () => {
    await ask('counted@example.com');

    const counters = (await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('LIMIT#'));

    expect(leaksIn(JSON.stringify(counters), { email: 'counted@example.com', source: '203.0.113.7' })).toEqual([]);
  });
});
