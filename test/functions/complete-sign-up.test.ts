import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../shared/primitives/digest.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, shapesDuring, writesTo } from '../support/dynamo-shape.ts';
import { GOOD_PASSWORD, getProfile, newAddress, newestToken, refresh, signIn, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { putRows } from '../support/table-writer.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const { signUpSeconds } = DEFAULTS.tokens;
const LOOKED_UP_ONLY = ['GetItem', 'GetItem'];

describe('complete-sign-up', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const tokenFor = async (email: string, wish: Record<string, string> = {}): Promise<string> => {
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email, ...wish })));
    await world.deliver();
    return newestToken(world, email);
  };

  const complete = (body: Record<string, unknown>, changes: EventChanges = {}): Promise<Answer> =>
    world.call(
      'complete-sign-up',
      loadEvent('complete-sign-up/json', { ...jsonBody({ password: GOOD_PASSWORD, ...body }), ...changes }),
    );

  const rowsAbout = async (text: string): Promise<Record<string, unknown>[]> =>
    (await Promise.all((['accounts', 'credentials', 'tokens'] as const).map((table) => world.rows(table))))
      .flat()
      .filter((row) => JSON.stringify(row).includes(text));

  it('opens the account and signs its owner in', async () => {
    const token = await tokenFor('ada@example.com');

    const answer = await complete({ token, name: 'Ada Lovelace' });
    const profile = await getProfile(world, answer.body);

    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(answer.body).toEqual({
      token_type: 'Bearer',
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: DEFAULTS.sessions.accessTokenSeconds,
      refresh_token: expect.stringMatching(/^[\w-]{115}$/),
      refresh_expires_in: DEFAULTS.sessions.idleSeconds,
      session_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      device_token: expect.stringMatching(/^[\w-]{72}$/),
    });
    expect(profile).toMatchObject({
      status: 200,
      body: { sub: answer.body.account_id, email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' },
    });
    expect((await refresh(world, answer.body.refresh_token)).status).toBe(200);
    expect((await signIn(world, 'ada@example.com')).status).toBe(200);
  });

  it('costs one hash', async () => {
    const token = await tokenFor('one-hash@example.com');

    const hashes = await hashesDuring(() => complete({ token }));

    expect(hashes.count).toBe(1);
  });

  it('consumes the token', async () => {
    const token = await tokenFor('consumed@example.com');
    const pending = async () =>
      (await world.rows('tokens')).filter(({ email }) => email === 'consumed@example.com').length;
    const before = await pending();

    await complete({ token });

    expect([before, await pending()]).toEqual([1, 0]);
  });

  it('takes a form as the Dart http package sends a map', async () => {
    const token = await tokenFor('form@example.com');

    const answer = await world.call(
      'complete-sign-up',
      loadEvent('complete-sign-up/form', formBody({ token, password: GOOD_PASSWORD, name: 'Ada & Bob' })),
    );

    expect(answer.status).toBe(200);
    expect((await getProfile(world, answer.body)).body.name).toBe('Ada & Bob');
  });

  it.each<[string, (token: string) => string]>([
    ['in lower case', (token) => token.toLowerCase()],
    ['in groups of four', (token) => token.match(/.{1,4}/g)?.join('-') ?? ''],
    ['with spaces around and between', (token) => ` ${token.match(/.{1,4}/g)?.join(' ')}\t`],
    ['with its look-alikes', (token) => token.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('takes the token %s', async (_, written) => {
    const token = await tokenFor('typed@example.com');

    const answer = await complete({ token: written(token), password: 'x' });

    expect(answer.body.code).toBe('password-rejected'); // which means that the token was found
  });

  it('remembers the language that the sign-up was made in', async () => {
    const token = await tokenFor('sprache@example.com', { locale: 'de-AT' });

    const { body } = await complete({ token });

    expect((await getProfile(world, body)).body.locale).toBe('de-AT');
  });

  it('takes an account for nobody until the address is proven', async () => {
    await tokenFor('unproven@example.com');

    const answer = await signIn(world, 'unproven@example.com');

    expect(answer.body.code).toBe('invalid-credentials');
    expect((await world.rows('accounts')).filter(({ pk }) => pk === 'EMAIL#unproven@example.com')).toEqual([]);
  });

  describe('its token', () => {
    it('works until a second before its end', async () => {
      const token = await tokenFor('just-in-time@example.com');
      world.clock.advance(signUpSeconds - 1);

      const answer = await complete({ token });

      expect(answer.status).toBe(200);
    });

    /** @asvs 6.4.1 */
    it.each([0, 1])('is dead %d seconds after its end, though its row is still there', async (secondsAfter) => {
      const email = `too-late-${secondsAfter}@example.com`;
      const token = await tokenFor(email);
      world.clock.advance(signUpSeconds + secondsAfter);

      const answer = await complete({ token });

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect((await world.rows('tokens')).some((row) => row.email === email)).toBe(true);
    });

    /** @asvs 6.4.1 */
    it('works once: the second use is answered as a wrong token is, and costs no hash and no write', async () => {
      const token = await tokenFor('replay@example.com');
      await complete({ token });
      const answers: Answer[] = [];
      const use = (text: string) =>
        shapesDuring(world.proxy, async () => answers.push(await complete({ token: text })));
      let replay: unknown[] = [];

      const hashes = await hashesDuring(async () => {
        replay = await use(token);
      });
      const wrong = await use('0123456789ABCDEFGHJKMNPQRS');

      expect(hashes.count).toBe(0);
      expect(answers[0]).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect(answers[0]).toEqual(answers[1]);
      expect(replay).toHaveLength(1);
      expect(replay).toEqual(wrong);
    });

    it.each([
      ['nothing', ''],
      ['blanks', ' - - '],
      ['too short', '0123456789ABCDEFGHJKMNPQR'],
      ['too long', '0123456789ABCDEFGHJKMNPQRSTVWXYZ'],
      ['far too long', '0'.repeat(5000)],
      ['a letter that no token has', 'U123456789ABCDEFGHJKMNPQRS'],
      ['one with a full stop within', '0123456789ABC.DEFGHJKMNPQRS'],
      ['a key of the table', 'SIGN_UP#0123456789ABCDEFGHJKMNPQRS'],
      ['an account id', '0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11'],
    ])('is not %s, and nothing is looked up for that', async (_, token) => {
      const answers: Answer[] = [];

      const operations = await operationsDuring(world.proxy, async () => answers.push(await complete({ token })));

      expect(answers[0]).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect(operations).toEqual([]);
    });

    it('dies with its sibling: a second token of one address opens nothing, and costs no hash and no write', async () => {
      const first = await tokenFor('siblings@example.com');
      const second = '0123456789ABCDEFGHJKMNPQRS'; // release 0.1.0 mailed another one to who asked again
      const [row] = (await world.rows('tokens')).filter(({ pk }) => pk === `SIGN_UP#${sha256(first)}`);
      await putRows(world, 'tokens', [{ ...row, pk: `SIGN_UP#${sha256(second)}` }]);
      await complete({ token: first });
      const answers: Answer[] = [];
      let operations: string[] = [];

      const hashes = await hashesDuring(async () => {
        operations = await operationsDuring(world.proxy, async () =>
          answers.push(await complete({ token: second, password: 'another good password' })),
        );
      });

      expect(hashes.count).toBe(0);
      expect(answers[0]).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect(operations).toEqual(LOOKED_UP_ONLY);
      expect((await signIn(world, 'siblings@example.com', 'another good password')).status).toBe(401);
    });
  });

  describe('a refused password', () => {
    /** @asvs 6.2.1, 6.2.4, 6.2.11 */
    it.each<[string, string, string]>([
      ['too-short', 'seven77', 'of seven code points'],
      ['too-short', '\u{1f511}'.repeat(7), 'of seven code points and fourteen UTF-16 units'],
      ['too-long', `${'a1'.repeat(64)}b`, 'of 129 code points'],
      ['too-long', '\ufdfa'.repeat(8), 'that NFKC makes 144 code points of'],
      ['too-long', 'x'.repeat(9000), 'of nine thousand'],
      ['breached', 'password1', 'that everybody has'],
      ['breached', 'PassWord1', 'that everybody has, in another case'],
      ['breached', '\uff50assword1', 'that everybody has, in another width'],
      ['contains-personal-data', 'my Bookshelf no', 'with the name of the product'],
      ['contains-personal-data', 'grace.hopper 1952!', 'with the local part of the address'],
      ['contains-personal-data', 'brewster 1952', 'with the name that rides along'],
      ['invalid-characters', 'correct\0horse battery', 'with a NUL'],
      ['invalid-characters', 'correct horse \ufffd', 'with the sign that a decoder puts for what it could not read'],
    ])('is %s: %j', async (code, password) => {
      const token = await tokenFor('grace.hopper@example.com');
      const answers: Answer[] = [];

      const operations = await operationsDuring(world.proxy, async () =>
        answers.push(await complete({ token, password, name: 'Grace Brewster' })),
      );

      expect(answers[0]).toMatchObject({
        status: 400,
        body: { code: 'password-rejected', errors: [{ field: 'password', code }] },
      });
      expect(answers[0]?.text).not.toContain(JSON.stringify(password).slice(1, -1));
      expect(operations).toEqual(LOOKED_UP_ONLY);
    });

    it('does not cost the person their token', async () => {
      const token = await tokenFor('kept@example.com');
      for (const password of ['short', 'password1', 'nul\0nul\0nul']) await complete({ token, password });

      const answer = await complete({ token });

      expect(answer.status).toBe(200);
    });

    /** @asvs 6.2.1, 6.2.5, 6.2.8, 6.2.9 */
    it.each(['eight888', 'a1'.repeat(64), ' leading and trailing ', '\u{1f511}'.repeat(8)])(
      'is not %j',
      async (password) => {
        const email = `taken-${Buffer.from(password).toString('hex').slice(0, 8)}@example.com`;
        const token = await tokenFor(email);

        const answer = await complete({ token, password });

        expect(answer.status).toBe(200);
        expect((await signIn(world, email, password)).status).toBe(200);
      },
    );
  });

  describe('under parallel use', () => {
    it('lets exactly one of twenty completions with one token win', async () => {
      const token = await tokenFor('race@example.com');

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => complete({ token, password: `a good password ${index}` })),
      );

      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      expect(answers.filter(({ body }) => body.code === 'invalid-token')).toHaveLength(19);
      const winner = answers.findIndex(({ status }) => status === 200);
      expect((await signIn(world, 'race@example.com', `a good password ${winner}`)).status).toBe(200);
      expect(await rowsAbout('EMAIL#race@example.com')).toMatchObject([{ accountId: winners[0]?.body.account_id }]);
    });

    it('makes one account of two tokens for one address', async () => {
      const tokens = [await tokenFor('two@example.com'), await tokenFor('two@example.com')];

      const answers = await Promise.all(tokens.map((token) => complete({ token })));

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
      expect(await rowsAbout('EMAIL#two@example.com')).toHaveLength(1);
    });

    it('loses whole when the address is taken between its reads and its write', async () => {
      const mine = await tokenFor('overtaken@example.com');
      const theirs = await tokenFor('overtaken@example.com');
      let overtaking: Answer | undefined;
      world.proxy.interrupt({
        fits: writesTo('EMAIL#overtaken@example.com'),
        meanwhile: async () => {
          overtaking = await complete({ token: theirs, password: 'who came first' });
        },
      });

      const answer = await complete({ token: mine, password: 'who came second' });

      expect(overtaking?.status).toBe(200);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      const accounts = (await world.rows('accounts')).filter(
        ({ sk, email }) => sk === 'ACCOUNT' && email === 'overtaken@example.com',
      );
      expect(accounts).toMatchObject([{ accountId: overtaking?.body.account_id }]);
      expect((await signIn(world, 'overtaken@example.com', 'who came second')).status).toBe(401);
    });
  });

  it('gives a stranger who signed up with the address nothing when its owner completes', async () => {
    const owner = await tokenFor('victim@example.com');
    const attackers = await complete({ token: '0123456789ABCDEFGHJKMNPQRS', password: 'what the attacker wants' });

    const answer = await complete({ token: owner, password: 'what the owner wants' });

    expect([attackers.status, answer.status]).toEqual([400, 200]);
    expect((await signIn(world, 'victim@example.com', 'what the attacker wants')).status).toBe(401);
  });

  it.each(bodyFaults({ token: '0123456789ABCDEFGHJKMNPQRS', password: GOOD_PASSWORD }))(
    'refuses $fault',
    async ({ changes, status, code, errors }) => {
      const answer = await world.call('complete-sign-up', loadEvent('complete-sign-up/json', changes));

      expect(answer).toMatchObject({ status, body: { code, status } });
      expect(answer.body.errors).toEqual(errors);
    },
  );

  it.each([
    ['several lines', 'Ada\r\nX-Note: eve@example.org'],
    ['an escape sequence', 'Ada\u001b[1m'],
    ['half a character', 'Ada \ud83d'],
    ['257 characters', 'a'.repeat(257)],
  ])('refuses a name of %s, and keeps the token good', async (_, name) => {
    const token = await tokenFor('named@example.com');

    const answer = await complete({ token, name });
    const again = await complete({ token, password: 'x' });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ field: 'name' }] } });
    expect(again.body.code).toBe('password-rejected');
  });

  it.each(['', ' ', '\u00a0\t '])('takes a name that was left blank, as %j, for none', async (name) => {
    const form = await world.call(
      'complete-sign-up',
      loadEvent(
        'complete-sign-up/form',
        formBody({ token: await tokenFor(newAddress()), password: GOOD_PASSWORD, name }),
      ),
    );
    const page = await complete({ token: await tokenFor(newAddress()), name });

    for (const { status, body } of [form, page]) {
      expect(status).toBe(200);
      expect((await getProfile(world, body)).body).not.toHaveProperty('name');
    }
  });

  /** @asvs 8.3.1, 15.3.3 */
  it.each(['epoch', 'accountId', 'email', 'email_verified', 'claims'])(
    'takes no field %s that would write past the contract',
    async (field) => {
      const answer = await complete({ token: '0123456789ABCDEFGHJKMNPQRS', [field]: 'x' });

      expect(answer.body).toMatchObject({ code: 'invalid-request', errors: [{ field, code: 'unknown-field' }] });
    },
  );

  it("leads a browser's form back to its page, and puts no token in the address", async () => {
    const token = await tokenFor('browser@example.com');
    const form = (fields: Record<string, string>) =>
      world.call(
        'complete-sign-up',
        loadEvent('complete-sign-up/form', { ...formBody(fields), 'headers.accept': 'text/html,*/*;q=0.8' }),
      );

    const refused = await form({ token, password: 'short' });
    const done = await form({ token, password: GOOD_PASSWORD });
    const replay = await form({ token, password: GOOD_PASSWORD });

    expect([refused, done, replay].map(({ status, text }) => `${status} ${text}`)).toEqual(Array(3).fill('303 '));
    expect([refused, done, replay].map(({ headers }) => new URL(headers.location ?? '', 'https://x').pathname)).toEqual(
      Array(3).fill('/ui/complete-sign-up'),
    );
    expect(
      [refused, done, replay].map(({ headers }) =>
        new URL(headers.location ?? '', 'https://x').searchParams.get('outcome'),
      ),
    ).toEqual(['password-rejected.too-short', 'done', 'invalid-token']);
  });

  it.each(['server-error', 'throttle', 'reset'] as const)(
    'leaves the token good and nothing half done when the database fails with %s',
    async (kind) => {
      const email = `outage-${kind}@example.com`;
      const token = await tokenFor(email);
      const before = await rowsAbout(email);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind });

      const down = await complete({ token });
      world.proxy.heal();
      const after = await rowsAbout(email);
      const up = await complete({ token });

      expect(down).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 'unavailable' } });
      expect(after).toEqual(before);
      expect(up.status).toBe(200);
    },
  );

  it('takes an outage at the look-up for an outage, and not for a wrong token', async () => {
    world.proxy.fail({ operation: 'GetItem', after: 0, times: 20, kind: 'server-error' });

    const answer = await complete({ token: '0123456789ABCDEFGHJKMNPQRS' });
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: 'GetItem', after: 0, times: 1, kind: 'access-denied' });

    const answer = await complete({ token: '0123456789ABCDEFGHJKMNPQRS' });
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('puts no password, token, name or address where it does not belong', async () => {
    const before = world.logs.length;
    const secrets = {
      email: 'canary-of-completion@example.com',
      password: 'a zebra crossing 7f3a',
      name: 'Canary Q. Nightingale',
      token: await tokenFor('canary-of-completion@example.com'),
    };
    const refused = await complete({ ...secrets, email: undefined, password: secrets.password.repeat(9) });
    const answer = await complete({ token: secrets.token, password: secrets.password, name: secrets.name });
    const replay = await complete({ token: secrets.token, password: secrets.password });
    const given = { access: answer.body.access_token, refresh: answer.body.refresh_token };
    const tables = ['accounts', 'credentials', 'tokens', 'outbox'] as const;
    const rows = JSON.stringify(await Promise.all(tables.map((table) => world.rows(table))));

    expect(answer.status).toBe(200);
    expect(leaksIn(world.logs.slice(before), { ...secrets, ...given })).toEqual([]);
    expect(leaksIn([answer.text, refused.text, replay.text], secrets)).toEqual([]);
    expect(leaksIn(rows, { password: secrets.password, token: secrets.token, ...given })).toEqual([]);
    expect(world.logs.slice(before).map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        event: 'account-created',
        account_id: answer.body.account_id,
        outcome: 'success',
      }),
    );
  });

  it('makes accounts that have nothing in common', async () => {
    const first = await signUp(world, 'first@example.com');
    const second = await signUp(world, 'second@example.com');

    const hashes = (await world.rows('credentials'))
      .filter(({ pk }) => [first, second].some(({ account_id: id }) => pk === `ACCOUNT#${id}`))
      .map(({ phc }) => phc);

    expect(new Set([...hashes, first.account_id, second.account_id, first.session_id, second.session_id]).size).toBe(6);
  });
});
