import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { shapesDuring, writesTo } from '../support/dynamo-shape.ts';
import {
  GOOD_PASSWORD,
  getProfile,
  signUp as openAccount,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { describeLimits } from '../support/limited-flow.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { putRows } from '../support/table-writer.ts';
import { type Answer, startWorld, UNLIMITED, type World } from '../support/world.ts';

const { perIdentifier, global } = DEFAULTS.limits.signIn;
/** Fewer than the default, because every attempt costs a hash. */
const perSource = { max: 21, windowSeconds: DEFAULTS.limits.signIn.perSource.windowSeconds };

describe('sign-in', () => {
  let world: World;
  let deviceToken: string;

  beforeAll(async () => {
    world = await startWorld({
      settings: { limits: { signUp: UNLIMITED, requestRecovery: UNLIMITED, signIn: { perSource } } },
    });
    ({ device_token: deviceToken } = await openAccount(world, 'ada@example.com'));
  });
  beforeEach(() => world.clock.advance(perIdentifier.windowSeconds)); // each test starts with fresh counters
  afterAll(() => world.close());

  /** On the device that the address signed up on. */
  const attempt = (email: string, password = GOOD_PASSWORD, changes: EventChanges = {}): Promise<Answer> =>
    signIn(world, email, password, { changes });

  /** From a device that no account knows. */
  const fromStranger = (email: string, password = GOOD_PASSWORD, changes: EventChanges = {}): Promise<Answer> =>
    signIn(world, email, password, { deviceToken: null, changes });

  const rowsOf = async (accountId: string) =>
    (await Promise.all((['accounts', 'credentials', 'tokens'] as const).map((table) => world.rows(table))))
      .flat()
      .filter(({ pk }) => pk === `ACCOUNT#${accountId}`);

  const sessionsOf = async (accountId: string) =>
    (await rowsOf(accountId)).filter(({ sk }) => String(sk).startsWith('SESSION#'));

  const eventsOf = async (accountId: string) =>
    (await rowsOf(accountId)).filter(({ sk }) => String(sk).startsWith('EVENT#'));

  it('begins a session', async () => {
    const answer = await attempt('ada@example.com');

    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' },
    });
    expect(answer.body).toEqual({
      token_type: 'Bearer',
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: DEFAULTS.sessions.accessTokenSeconds,
      refresh_token: expect.stringMatching(/^[\w-]{115}$/),
      refresh_expires_in: DEFAULTS.sessions.idleSeconds,
      session_id: expect.any(String),
      account_id: expect.any(String),
      device_token: expect.stringMatching(/^[\w-]{72}$/),
    });
    expect((await getProfile(world, answer.body)).status).toBe(200);
    expect((await refresh(world, answer.body.refresh_token)).status).toBe(200);
  });

  /** @asvs 7.2.2, 7.1.2 */
  it('begins another session each time, and leaves those that there are', async () => {
    const first = await attempt('ada@example.com');
    const second = await attempt('ada@example.com');

    expect(second.body.account_id).toBe(first.body.account_id);
    expect(second.body.session_id).not.toBe(first.body.session_id);
    expect((await getProfile(world, first.body)).status).toBe(200);
  });

  it('notes the device, the source and the event', async () => {
    const body = { email: 'ada@example.com', password: GOOD_PASSWORD, device_token: deviceToken };

    const answer = await world.call(
      'sign-in',
      loadEvent('sign-in/json', jsonBody({ ...body, device_name: "Ada's Pixel 9" })),
    );

    const [session] = (await sessionsOf(answer.body.account_id)).filter(
      ({ sessionId }) => sessionId === answer.body.session_id,
    );
    const events = await eventsOf(answer.body.account_id);
    expect(session).toMatchObject({
      deviceName: "Ada's Pixel 9",
      sourceIp: '203.0.113.7',
      methods: ['pwd'],
      authTimeEpochSeconds: world.clock.nowSeconds(),
    });
    expect(events.at(-1)).toMatchObject({ type: 'signed-in', sourceIp: '203.0.113.7' });
  });

  it.each([' ', '\u200b'])('has a device name that shows nothing cost the name, not the sign-in: %j', async (name) => {
    const body = { email: 'ada@example.com', password: GOOD_PASSWORD, device_token: deviceToken };

    const answer = await world.call('sign-in', loadEvent('sign-in/json', jsonBody({ ...body, device_name: name })));

    const [session] = (await sessionsOf(answer.body.account_id)).filter(
      ({ sessionId }) => sessionId === answer.body.session_id,
    );
    expect(answer.status).toBe(200);
    expect(session?.deviceName ?? null).toBeNull();
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const answer = await world.call(
      'sign-in',
      loadEvent('sign-in/form', formBody({ email: 'ada@example.com', password: GOOD_PASSWORD })),
    );

    expect(answer.status).toBe(200);
  });

  it.each([
    'ADA@EXAMPLE.COM',
    'ada@Example.com',
    'ada@ex\u00e4mple.com'.replace('\u00e4', 'a'),
    'ada@\uff45xample\uff0ecom',
  ])('knows the address by its spelling %j too', async (email) => {
    const answer = await attempt(email);

    expect(answer.status).toBe(200);
  });

  it('knows an address by both spellings of its domain', async () => {
    await openAccount(world, 'ida@xn--bcher-kva.example');

    const unicode = await attempt('ida@b\u00fccher.example');
    const decomposed = await attempt('ida@bu\u0308cher.example');
    const upperCase = await attempt('IDA@B\u00dcCHER.EXAMPLE');

    expect([unicode.status, decomposed.status, upperCase.status]).toEqual([200, 200, 200]);
  });

  it.each(['a.da@example.com', 'ada+1@example.com', 'ada@example.co', 'ada@sub.example.com'])(
    'does not take %s for ada@example.com',
    async (email) => {
      const answer = await attempt(email);

      expect(answer.body.code).toBe('invalid-credentials');
    },
  );

  describe('a password', () => {
    it.each<[string, string, string]>([
      ['composed', 'caf\u00e9 au lait 7', 'cafe\u0301 au lait 7'],
      ['decomposed', 'nai\u0308vete\u0301 42!', 'na\u00efvet\u00e9 42!'],
      ['with a ligature', 'of\ufb01ce hours 9-5', 'office hours 9-5'],
      ['full-width', '\uff50\uff41\uff53\uff53\uff10\uff11\uff12\uff13 zebra', 'pass0123 zebra'],
    ])('that was set %s is known in its other form', async (name, set, typed) => {
      const email = `nfkc-${name.replace(/\W/g, '-')}@example.com`;
      await openAccount(world, email, set);

      const answers = [await attempt(email, set), await attempt(email, typed)];

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    });

    it.each<[string, string]>([
      ['in another case', GOOD_PASSWORD.toUpperCase()],
      ['with a blank behind it', `${GOOD_PASSWORD} `],
      ['with a blank before it', ` ${GOOD_PASSWORD}`],
      ['cut off', GOOD_PASSWORD.slice(0, -1)],
      ['with more behind it', `${GOOD_PASSWORD}!`],
      ['with NUL and more behind it', `${GOOD_PASSWORD}\0!`],
      ['with a NUL at its end', `${GOOD_PASSWORD}\0`],
      ['with a zero-width space in it', GOOD_PASSWORD.replace(' ', '\u200b ')],
    ])('is not known %s', async (_, password) => {
      const answer = await attempt('ada@example.com', password);

      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    });

    /** @asvs 6.2.8 */
    it('counts to its last character: nothing is cut off at 72 bytes or anywhere', async () => {
      const long = 'a1'.repeat(64);
      await openAccount(world, 'long@example.com', long);

      const whole = await attempt('long@example.com', long);
      const others = await Promise.all(
        [long.slice(0, 72), long.slice(0, 127), `${long}a`, `${long.slice(0, 127)}2`].map((password) =>
          attempt('long@example.com', password),
        ),
      );

      expect(whole.status).toBe(200);
      expect(others.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    });
  });

  describe('for an address without an account', () => {
    const UNKNOWN = 'nobody@example.com';

    it.each<[string, string]>([
      ['wrong', 'not the password'],
      ['that no policy takes', 'short'],
      ['with a NUL', 'correct\0horse'],
      ['of 1,024 characters', 'x'.repeat(1024)],
    ])('does and answers the same as for a known one, given a password %s', async (_, password) => {
      const answers: Answer[] = [];
      const hashes: number[] = [];
      const observe = (email: string) =>
        shapesDuring(world.proxy, async () => {
          const { count } = await hashesDuring(async () => answers.push(await fromStranger(email, password)));
          hashes.push(count);
        });

      const known = await observe('ada@example.com');
      const unknown = await observe(UNKNOWN);

      expect(answers[0]).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer' },
        body: { code: 'invalid-credentials' },
      });
      expect(answers[0]).toEqual(answers[1]);
      expect(known).toEqual(unknown);
      expect(known).toHaveLength(4);
      expect(hashes).toEqual([1, 1]);
    });

    it('does nothing and answers the same for a password that is no text', async () => {
      const answers: Answer[] = [];
      const done: unknown[] = [];

      for (const email of ['ada@example.com', UNKNOWN]) {
        const { count } = await hashesDuring(async () => {
          done.push(
            await shapesDuring(world.proxy, async () =>
              answers.push(await fromStranger(email, `${GOOD_PASSWORD}\ud83d`)),
            ),
          );
        });
        expect(count).toBe(0);
      }

      expect(answers[0]).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(answers[1]).toEqual(answers[0]);
      expect(done).toEqual([[], []]);
    });

    it('does and answers the same while a sign-up is pending', async () => {
      await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'pending@example.com' })));
      await world.deliver();
      const answers: Answer[] = [];
      const observe = (email: string) => shapesDuring(world.proxy, async () => answers.push(await attempt(email)));

      const pending = await observe('pending@example.com');
      const unknown = await observe(UNKNOWN);

      expect(answers[0]).toEqual(answers[1]);
      expect(pending).toEqual(unknown);
    });

    it('refuses even the random bytes that its stand-in hash was made of', async () => {
      const answers = await Promise.all(
        ['', ' ', '\0', 'null', 'undefined'].map((password) => attempt(UNKNOWN, password)),
      );

      expect(answers.map(({ status }) => status)).toEqual([400, 401, 401, 401, 401]);
    });

    it('writes its failure to no account', async () => {
      const accounts = (await world.rows('accounts')).filter(({ sk }) => sk === 'ACCOUNT').map(({ pk }) => pk);
      const failures = async () => (await world.rows('accounts')).filter(({ type }) => type === 'sign-in-failed');
      const before = (await failures()).length;

      await attempt(UNKNOWN);
      const after = await failures();

      expect(after).toHaveLength(before + 1);
      const fresh = after.filter(({ occurredAt }) => occurredAt === new Date(world.clock.nowMs()).toISOString());
      expect(fresh).toHaveLength(1);
      expect(accounts).not.toContain(fresh[0]?.pk);
    });
  });

  it('writes a failure at a known address to its history, for a month', async () => {
    const { account_id: accountId } = await openAccount(world, 'history@example.com');

    world.clock.advance(1);
    await attempt('history@example.com', 'not the password');

    expect((await eventsOf(accountId)).at(-1)).toMatchObject({
      type: 'sign-in-failed',
      sourceIp: '203.0.113.7',
      expiresAtEpochSeconds: world.clock.nowSeconds() + 30 * 24 * 3600,
    });
  });

  it('begins no session with a password that was reset while it was being verified', async () => {
    const email = 'reset-meanwhile@example.com';
    const { account_id: accountId } = await openAccount(world, email);
    const token = await recoveryToken(world, email);
    const before = await sessionsOf(accountId);
    world.proxy.interrupt({
      fits: writesTo('SESSION#'),
      meanwhile: () => resetPassword(world, token, 'a newer and better one'),
    });

    const answer = await attempt(email);

    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    expect(await sessionsOf(accountId)).toEqual(before);
  });

  describeLimits({
    flow: 'sign-in',
    limits: { perIdentifier, perSource, global },
    world: () => world,
    ask: (email, changes) => fromStranger(email, GOOD_PASSWORD, changes),
    spend: (email, changes = {}) => {
      const fixture = String(changes['requestContext.http.sourceIp']).includes(':') ? 'sign-in/ipv6' : 'sign-in/json';
      return world.call('sign-in', loadEvent(fixture, { ...jsonBody({ email, password: 'Winter2026' }), ...changes }));
    },
    unknownStatus: 401,
    sparesFresh: true,
    costOf: async (run) => (await hashesDuring(run)).count,
  });

  describe('its limits on guesses', () => {
    const exhaust = async (email: string): Promise<void> => {
      await Promise.all(Array.from({ length: perIdentifier.max }, () => fromStranger(email, 'not the password')));
    };

    it('are not given back by a sign-in that succeeds', async () => {
      await openAccount(world, 'given-back@example.com');
      for (let spent = 1; spent < perIdentifier.max; spent += 1)
        await fromStranger('given-back@example.com', 'wrong one');

      const last = await attempt('given-back@example.com');
      const beyond = await fromStranger('given-back@example.com');

      expect([last.status, beyond.status]).toEqual([200, 429]);
    });

    it('count tries with a body that can not be right too, once the address can be read', async () => {
      for (let spent = 0; spent < perIdentifier.max; spent += 1) await fromStranger('nul@example.com', '\0');

      const answer = await fromStranger('nul@example.com');

      expect(answer.status).toBe(429);
    });

    it('are not shared with sign-up or recovery', async () => {
      await exhaust('ada@example.com');

      const signUp = await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'ada@example.com' })));
      const recovery = await world.call(
        'request-recovery',
        loadEvent('request-recovery/form', formBody({ email: 'ada@example.com' })),
      );

      expect([signUp.status, recovery.status]).toEqual([200, 200]);
    });
  });

  it.each(bodyFaults({ email: 'ada@example.com', password: GOOD_PASSWORD }))(
    'refuses $fault',
    async ({ changes, status, code, errors }) => {
      const before = world.proxy.calls.length;

      const answer = await world.call('sign-in', loadEvent('sign-in/json', changes));

      expect(answer).toMatchObject({ status, body: { code, status } });
      expect(answer.body.errors).toEqual(errors);
      expect(world.proxy.calls).toHaveLength(before);
    },
  );

  it.each<[string, Record<string, unknown>, { field: string; code: string }]>([
    ['a password of 1,025 characters', { password: 'x'.repeat(1025) }, { field: 'password', code: 'too-long' }],
    ['an empty password', { password: '' }, { field: 'password', code: 'too-short' }],
    ['a password that is a number', { password: 12345678 }, { field: 'password', code: 'wrong-type' }],
    ['a password that is an object', { password: { $eq: 'x' } }, { field: 'password', code: 'wrong-type' }],
    ['an address that is none', { email: 'ada' }, { field: 'email', code: 'not-an-email-address' }],
    ['an empty device name', { device_name: '' }, { field: 'device_name', code: 'too-short' }],
    ['a device name of two lines', { device_name: 'Pixel\n9' }, { field: 'device_name', code: 'not-one-line' }],
    ['a device name of 101 characters', { device_name: 'x'.repeat(101) }, { field: 'device_name', code: 'too-long' }],
  ])('refuses %s before any work', async (_, fields, error) => {
    const before = world.proxy.calls.length;
    let answer: Answer | undefined;

    const hashes = await hashesDuring(async () => {
      const body = jsonBody({ email: 'ada@example.com', password: GOOD_PASSWORD, ...fields });
      answer = await world.call('sign-in', loadEvent('sign-in/json', body));
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [error] } });
    expect(world.proxy.calls).toHaveLength(before);
    expect(hashes.count).toBe(0);
  });

  it.each<[string, string]>([
    ['its counters', 'TransactWriteItems'],
    ['the address', 'GetItem'],
    ['the account', 'TransactGetItems'],
  ])('lets nobody in while the database can not say %s', async (_, operation) => {
    world.proxy.fail({ operation, after: 0, times: 20, kind: 'server-error' });

    const answer = await attempt('ada@example.com');
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
    expect(answer.text).not.toContain('token"');
  });

  it('lets nobody in whose session can not be written', async () => {
    const { account_id: accountId } = await openAccount(world, 'unwritten@example.com');
    const before = await sessionsOf(accountId);
    world.proxy.fail({ operation: 'TransactWriteItems', after: 1, times: 20, kind: 'server-error' });

    const answer = await attempt('unwritten@example.com');
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await sessionsOf(accountId)).toEqual(before);
  });

  it('says nothing of a wrong password whose failure can not be written down', async () => {
    world.proxy.fail({ operation: 'PutItem', after: 0, times: 20, kind: 'server-error' });

    const answers = [await fromStranger('ada@example.com', 'wrong'), await fromStranger('nobody@example.com', 'wrong')];
    world.proxy.heal();

    expect(answers[0]).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answers[0]).toEqual(answers[1]);
  });

  /** @asvs 16.5.1 */
  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: 'TransactGetItems', after: 0, times: 1, kind: 'access-denied' });

    const answer = await attempt('ada@example.com');
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('takes the row of a later release for a fault, and not for a wrong password', async () => {
    const { account_id: accountId } = await openAccount(world, 'no-hash@example.com');
    await putRows(world, 'credentials', [{ pk: `ACCOUNT#${accountId}`, sk: 'PASSWORD', schemaVersion: 3, phc: '' }]);

    const answer = await attempt('no-hash@example.com');

    expect(answer.body.code).toBe('internal');
  });

  it('puts no password, address or token where it does not belong', async () => {
    const before = world.logs.length;
    const secrets = {
      email: 'canary-of-sign-in@example.com',
      password: 'a zebra crossing 7f3a',
      guess: 'wrong horse 9d1c',
    };
    const { account_id: accountId } = await openAccount(world, secrets.email, secrets.password);
    const wrong = await attempt(secrets.email, secrets.guess);
    const unknown = await attempt(`x-${secrets.email}`, secrets.password);
    const refused = await attempt(
      secrets.email,
      secrets.password,
      jsonBody({ ...secrets, password: [secrets.password] }),
    );
    const right = await attempt(secrets.email, secrets.password);
    const given = { access: right.body.access_token, refresh: right.body.refresh_token };
    const lines = world.logs.slice(before);

    expect([wrong, unknown, refused, right].map(({ status }) => status)).toEqual([401, 401, 400, 200]);
    expect(leaksIn(lines, { ...secrets, ...given })).toEqual([]);
    expect(leaksIn([wrong.text, unknown.text, refused.text, right.text], secrets)).toEqual([]);
    const tables = await Promise.all(
      (['accounts', 'credentials', 'tokens'] as const).map((table) => world.rows(table)),
    );
    const { password, guess } = secrets;
    expect(leaksIn(JSON.stringify(tables), { password, guess, ...given })).toEqual([]);
    expect(lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'sign-in')).toMatchObject([
      { level: 'warn', outcome: 'failure', account_id: accountId },
      { level: 'warn', outcome: 'failure' },
      { level: 'info', outcome: 'success', account_id: accountId, session_id: right.body.session_id },
    ]);
  });
});
