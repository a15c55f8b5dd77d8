import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, partsOf, readsFrom } from '../support/dynamo-shape.ts';
import { asOwner } from '../support/fixtures.ts';
import {
  accountWithToken,
  GOOD_PASSWORD,
  newestToken,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
  signUp,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { routesOpenTo, sessionRoutes } from '../support/session-routes.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';
const { recoverySeconds } = DEFAULTS.tokens;

describe('reset-password', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  it('sets the password: the new one signs in, the old one does not any more', async () => {
    const { token } = await accountWithToken(world, 'happy@example.com');

    const answer = await resetPassword(world, token, NEW_PASSWORD);

    expect(answer).toEqual({
      status: 200,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'UGh1cjJxDoEEMjQ=',
      },
      text: '{"status":"password-changed"}',
      body: { status: 'password-changed' },
    });
    expect((await signIn(world, 'happy@example.com', NEW_PASSWORD)).status).toBe(200);
    expect((await signIn(world, 'happy@example.com', GOOD_PASSWORD)).status).toBe(401);
  });

  it('takes JSON as well', async () => {
    const { token } = await accountWithToken(world, 'json@example.com');

    const answer = await world.call(
      'reset-password',
      loadEvent('reset-password/json', jsonBody({ token, new_password: NEW_PASSWORD })),
    );

    expect(answer.text).toBe('{"status":"password-changed"}');
  });

  it('is four calls: three reads, one of them beside the hash, and one transaction of everything that belongs together', async () => {
    const { token, session } = await accountWithToken(world, 'one-transaction@example.com');
    const before = world.proxy.calls.length;

    await resetPassword(world, token, NEW_PASSWORD);
    const calls = world.proxy.calls.slice(before);

    expect(calls.map(({ operation }) => operation)).toEqual([
      'GetItem',
      'GetItem',
      'GetItem', // the factors, for the journal
      'TransactWriteItems',
    ]);
    const items = calls[3]?.body.TransactItems as Record<string, { TableName: string }>[];
    expect(partsOf(calls[3])).toEqual([
      ['Delete', world.tables.tokens],
      ['Put', world.tables.credentials],
      ['Update', world.tables.accounts],
      ['Put', world.tables.tokens], // the journal
      ['Put', world.tables.accounts],
      ['Put', world.tables.outbox],
      ['Delete', world.tables.tokens], // failed attempts of the old password
    ]);
    expect(JSON.stringify(items)).toContain(session.account_id);
  });

  it.each<{ how: string; name: string; typed: (token: string) => string }>([
    { how: 'in lower case', name: 'lower', typed: (token) => token.toLowerCase() },
    { how: 'in groups with hyphens', name: 'hyphens', typed: (token) => token.match(/.{1,4}/g)?.join('-') ?? '' },
    {
      how: 'with blanks',
      name: 'blanks',
      typed: (token) =>
        ` ${token
          .toLowerCase()
          .match(/.{1,5}/g)
          ?.join('  ')} `,
    },
    { how: 'with O and I', name: 'o-i', typed: (token) => token.replace(/0/g, 'O').replace(/1/g, 'I') },
    { how: 'with o and l', name: 'o-l', typed: (token) => token.replace(/0/g, 'o').replace(/1/g, 'l').toLowerCase() },
  ])('takes a token that is typed $how', async ({ name, typed }) => {
    const email = `typed-${name}@example.com`;
    await signUp(world, email);
    let token = '';
    for (let tries = 0; tries < 60 && !(token.includes('0') && token.includes('1')); tries += 1) {
      world.clock.advance(1);
      token = await recoveryToken(world, email);
    }

    const answer = await resetPassword(world, typed(token), NEW_PASSWORD);

    expect(answer.status).toBe(200);
  });

  describe('a token', () => {
    it('works up to the last second of 30 minutes', async () => {
      const { token } = await accountWithToken(world, 'in-time@example.com');
      world.clock.advance(recoverySeconds - 1);

      const answer = await resetPassword(world, token, NEW_PASSWORD);

      expect(answer.status).toBe(200);
    });

    it.each([0, 1])('does not work %i seconds after, though its row is in the table still', async (seconds) => {
      const { token } = await accountWithToken(world, `late-${seconds}@example.com`);
      const before = await storedRows(world);
      world.clock.advance(recoverySeconds + seconds);

      const answer = await resetPassword(world, token, NEW_PASSWORD);

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect(await storedRows(world)).toEqual(before);
    });

    it('that expires while the password is hashed is refused by the transaction itself', async () => {
      const { token } = await accountWithToken(world, 'expires-meanwhile@example.com');
      world.clock.advance(recoverySeconds - 1);
      const before = await storedRows(world);

      world.proxy.interrupt({
        fits: readsFrom('ACCOUNT#'), // the token was valid at its read
        meanwhile: async () => world.clock.advance(1),
      });
      const answer = await resetPassword(world, token, NEW_PASSWORD);

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect(await storedRows(world)).toEqual(before);
    });

    it('works once: a replay changes nothing, mails nothing and costs no hash', async () => {
      const { token } = await accountWithToken(world, 'replay@example.com');
      await resetPassword(world, token, NEW_PASSWORD);
      await world.deliver();
      const before = await storedRows(world);

      const { count } = await hashesDuring(async () => {
        const operations = await operationsDuring(world.proxy, async () => {
          const answer = await resetPassword(world, token, 'the password of a thief');
          expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
        });
        expect(operations).toEqual(['GetItem']);
      });

      expect(count).toBe(0);
      expect(await storedRows(world)).toEqual(before);
      expect((await signIn(world, 'replay@example.com', NEW_PASSWORD)).status).toBe(200);
    });

    it.each(['', ' ', '0'.repeat(26), '0'.repeat(25), 'U'.repeat(26), '０'.repeat(26), '0'.repeat(5000), '../../x'])(
      'that is none (%j) is answered as a wrong one is, after reads at most and without a hash',
      async (token) => {
        const observed = { operations: [] as string[] };

        const { count } = await hashesDuring(async () => {
          observed.operations = await operationsDuring(world.proxy, async () => {
            const answer = await resetPassword(world, token, NEW_PASSWORD);
            expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
          });
        });

        expect(count).toBe(0);
        expect(observed.operations.filter((operation) => operation !== 'GetItem')).toEqual([]);
      },
    );

    it('of a sign-up resets nothing', async () => {
      await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'foreign@example.com' })));
      await world.deliver();

      const answer = await resetPassword(world, await newestToken(world, 'foreign@example.com'), NEW_PASSWORD);

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    });
  });

  describe('a password that is refused', () => {
    const email = 'vera.lindqvist@example.com';

    it.each<[string, string]>([
      ['too-short', 'seven77'],
      ['too-long', 'x1'.repeat(65)],
      ['breached', 'Password'],
      ['contains-personal-data', 'my bookshelf!'],
      ['contains-personal-data', 'Lindqvist 1984'],
      ['invalid-characters', 'correct horse\0battery'],
      ['invalid-characters', 'correct horse \ufffd battery'],
    ])('as %s says so, costs no token and no hash: %j', async (code, password) => {
      const account = `${code}-${password.length}-${email}`;
      const { token } = await accountWithToken(world, account);
      const before = await storedRows(world);

      const observed = await hashesDuring(async () => {
        const answer = await world.call(
          'reset-password',
          loadEvent('reset-password/json', jsonBody({ token, new_password: password })),
        );

        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'password-rejected', errors: [{ field: 'new_password', code }] },
        });
        expect(answer.text).not.toContain(JSON.stringify(password).slice(1, -1));
      });
      expect(observed.count).toBe(0);
      expect(await storedRows(world)).toEqual(before);
      expect((await resetPassword(world, token, NEW_PASSWORD)).status).toBe(200);
    });

    it('for the name in the profile is told so too', async () => {
      const { session, token } = await accountWithToken(world, 'named@example.com');
      await world.call(
        'update-profile',
        loadEvent('update-profile/put-json', { ...asOwner(session), ...jsonBody({ name: 'Ottoline Morrell' }) }),
      );

      const answer = await resetPassword(world, token, 'ottoline 1873');

      expect(answer.body.errors).toMatchObject([{ field: 'new_password', code: 'contains-personal-data' }]);
    });

    it('is not judged before the token: whoever holds none learns nothing of the policy', async () => {
      const answer = await resetPassword(world, '0'.repeat(26), 'x');

      expect(answer.body.code).toBe('invalid-token');
    });
  });

  it('takes the same password in another spelling for the same, as sign-in does', async () => {
    const { token } = await accountWithToken(world, 'nfkc@example.com');

    await resetPassword(world, token, 'cafe\u0301 au ｌａｉｔ');

    expect((await signIn(world, 'nfkc@example.com', 'caf\u00e9 au lait')).status).toBe(200);
    expect((await signIn(world, 'nfkc@example.com', 'cafe au lait')).status).toBe(401);
  });

  /** @asvs 6.2.8 */
  it('reads a password to its last character: nothing is cut off', async () => {
    const { token } = await accountWithToken(world, 'long@example.com');
    const password = `${'x1'.repeat(63)}yz`;

    await resetPassword(world, token, password);

    expect((await signIn(world, 'long@example.com', password)).status).toBe(200);
    expect((await signIn(world, 'long@example.com', `${'x1'.repeat(63)}yy`)).status).toBe(401);
    expect((await signIn(world, 'long@example.com', password.slice(0, 72))).status).toBe(401);
  });

  it('ends every session at once: no access or refresh token from before works on any route', async () => {
    const { session, token } = await accountWithToken(world, 'sessions@example.com');
    const others = [await signIn(world, 'sessions@example.com'), await signIn(world, 'sessions@example.com')];
    const rotated = await refresh(world, others[1]?.body.refresh_token);
    const sessions: SessionTokensAnswer[] = [session, ...others.map(({ body }) => body), rotated.body];

    await resetPassword(world, token, NEW_PASSWORD);

    expect(sessionRoutes().length).toBeGreaterThanOrEqual(4);
    for (const one of sessions) {
      expect(await routesOpenTo(world, one)).toEqual([]);
      expect((await refresh(world, one.refresh_token)).body.code).toBe('invalid-token');
    }
  });

  it('gives no session: whoever resets has to sign in', async () => {
    const { token } = await accountWithToken(world, 'no-session@example.com');
    const sessionsBefore = (await world.rows('tokens')).filter(({ sk }) => String(sk).startsWith('SESSION#')).length;

    const answer = await resetPassword(world, token, NEW_PASSWORD);

    expect(Object.keys(answer.body)).toEqual(['status']);
    expect(Object.keys(answer.headers)).not.toContain('set-cookie');
    expect((await world.rows('tokens')).filter(({ sk }) => String(sk).startsWith('SESSION#'))).toHaveLength(
      sessionsBefore,
    );
  });

  it('leaves a session that begins afterwards alone', async () => {
    const { token } = await accountWithToken(world, 'afterwards@example.com');
    await resetPassword(world, token, NEW_PASSWORD);
    const session = (await signIn(world, 'afterwards@example.com', NEW_PASSWORD)).body;

    const answer = await world.call('get-profile', loadEvent('get-profile/get', asOwner(session)));

    expect(answer.status).toBe(200);
    expect((await refresh(world, session.refresh_token)).status).toBe(200);
  });

  it('tells the owner by mail, with the link that undoes it and without the token that was used', async () => {
    const { token } = await accountWithToken(world, 'notice@example.com');
    await resetPassword(world, token, NEW_PASSWORD);

    const failed = await world.deliver();
    const mails = (await world.mailsTo('notice@example.com')).filter(({ subject }) => subject.includes('changed'));

    expect(failed).toBe(0);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toBe('Your password for Bookshelf was changed');
    expect(mails[0]?.text).toMatch(/https:\/\/auth\.bookshelf\.example\/ui\/undo\?lang=en#token=[0-9A-Z]{26}\s/);
    expect(leaksIn(JSON.stringify(mails), { token, newPassword: NEW_PASSWORD })).toEqual([]);
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('writes the account and the source into the security history, and one line into the log', async () => {
    const { session, token } = await accountWithToken(world, 'history@example.com');
    const before = world.logs.length;

    await resetPassword(world, token, NEW_PASSWORD);

    const events = await eventsOf(world, session.account_id);
    expect(events.filter(({ type }) => type === 'password-reset')).toMatchObject([
      { sourceIp: '203.0.113.7', occurredAt: new Date(world.clock.nowMs()).toISOString() },
    ]);
    expect(
      world.logs
        .slice(before)
        .map((line) => JSON.parse(line))
        .filter(({ event }) => event === 'password-reset'),
    ).toMatchObject([{ level: 'info', account_id: session.account_id, outcome: 'success' }]);
  });

  it.each(bodyFaults({ token: '0'.repeat(26), new_password: NEW_PASSWORD }))('refuses $fault', async (fault) => {
    const before = await storedRows(world);

    const answer = await world.call('reset-password', loadEvent('reset-password/json', fault.changes));

    expect(answer).toMatchObject({ status: fault.status, body: { code: fault.code } });
    expect(answer.body.errors).toEqual(fault.errors);
    expect(await storedRows(world)).toEqual(before);
  });

  it('sets no password, and keeps the token good, while the database is down', async () => {
    const { token } = await accountWithToken(world, 'outage@example.com');
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

    const answer = await resetPassword(world, token, NEW_PASSWORD);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await signIn(world, 'outage@example.com', GOOD_PASSWORD)).status).toBe(200);
    expect((await resetPassword(world, token, NEW_PASSWORD)).status).toBe(200);
  });

  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

    const answer = await resetPassword(world, '0'.repeat(26), NEW_PASSWORD);

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
  });

  it('leaves token, password and address in no log and no answer', async () => {
    const email = 'leak@example.com';
    const { token } = await accountWithToken(world, email);
    const before = world.logs.length;

    const answers = [
      await resetPassword(world, token, 'bookshelf of one'),
      await resetPassword(world, token, 'the secret of nobody'),
      await resetPassword(world, token, 'the secret of a thief'),
    ];
    await world.deliver();

    const secrets = {
      token,
      email,
      one: 'bookshelf of one',
      two: 'the secret of nobody',
      three: 'the secret of a thief',
    };
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 400]);
    expect(leaksIn(JSON.stringify(answers), secrets)).toEqual([]);
    expect(leaksIn(world.logs.slice(before), secrets)).toEqual([]);
  });
});
