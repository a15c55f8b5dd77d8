import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SECURITY_EVENT_TYPES } from '../../shared/account/security-events.ts';
import { HISTORY_KINDS, HISTORY_WORDS } from '../../shared/contract/history-words.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { LANGUAGES } from '../../shared/primitives/language.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { fromSource } from '../support/fixtures.ts';
import { GOOD_PASSWORD, signIn, signUp, signUpSomebody } from '../support/journeys.ts';
import { bearer, loadEvent } from '../support/load-event.ts';
import { callAs } from '../support/second-factor.ts';
import { eventsOf } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const DAY = 24 * 3600;

interface Entry {
  kind: string;
  text: string;
  occurred_at: string;
  [member: string]: unknown;
}

describe('list-events', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const list = (token: string, query: Record<string, string> = {}, language?: string): Promise<Answer> =>
    world.call(
      'list-events',
      loadEvent('list-events/get', {
        ...bearer(token),
        queryStringParameters: query,
        ...(language !== undefined && { 'headers.accept-language': language }),
      }),
    );
  const listed = async (token: string, query: Record<string, string> = {}): Promise<Entry[]> =>
    (await list(token, query)).body.events;

  /** Every page, one after the other. */
  const pagesOf = async (token: string, query: Record<string, string>): Promise<Entry[][]> => {
    const pages: Entry[][] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const { body } = await list(token, { ...query, ...(cursor !== undefined && { cursor }) });
      pages.push(body.events);
      cursor = body.next_cursor;
      more = cursor !== undefined;
    }
    return pages;
  };

  /** Writes entries into a history, each a second before the one before. */
  const fillUp = async (accountId: string, count: number, changes: object = {}): Promise<void> => {
    const rows = Array.from({ length: count }, (_, index) => {
      const occurredAt = new Date(world.clock.nowMs() - 1000 * (index + 1)).toISOString();
      const sk = `EVENT#${occurredAt}#abcABC01`;
      const expiresAtEpochSeconds = world.clock.nowSeconds() + DAY;
      const row = { schemaVersion: 2, type: 'sign-in-failed', occurredAt, sourceIp: '198.51.100.9' };
      return { pk: `ACCOUNT#${accountId}`, sk, ...row, expiresAtEpochSeconds, ...changes };
    });
    await putRows(world, 'accounts', rows);
  };

  it('tells what happened, the newest first: time, kind, words, device, network and session', async () => {
    const { email, account_id: accountId, session_id: first, access_token: token } = await signUpSomebody(world);
    const openedAt = toRfc3339(world.clock.nowSeconds());
    world.clock.advance(60);
    const { body: second } = await signIn(world, email, GOOD_PASSWORD, {
      changes: {
        'headers.user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0',
        ...fromSource('2001:db8:1:2:3::4'),
      },
    });
    const signedInAt = toRfc3339(world.clock.nowSeconds());
    world.clock.advance(1);
    await signIn(world, email, 'not the right one');
    const failedAt = toRfc3339(world.clock.nowSeconds());

    const { status, body } = await list(token);

    expect(status).toBe(200);
    expect(body).toEqual({
      events: [
        {
          kind: 'sign-in-failed',
          text: 'Someone tried to sign in with a wrong password.',
          occurred_at: failedAt,
          device: { kind: 'other', program: 'app' },
          network: '203.0.113.0/24',
        },
        {
          kind: 'signed-in',
          text: 'Someone signed in.',
          occurred_at: signedInAt,
          device: { kind: 'desktop', program: 'Firefox', system: 'Windows' },
          network: '2001:db8:1::/48',
          session_id: second.session_id,
        },
        {
          kind: 'account-created',
          text: 'The account was opened.',
          occurred_at: openedAt,
          device: { kind: 'other', program: 'app' },
          network: '203.0.113.0/24',
          session_id: first,
        },
      ],
    });
    expect(await eventsOf(world, accountId)).toHaveLength(3);
  });

  it('tells of an entry of release 0.1.0 what it has', async () => {
    const { account_id: accountId, access_token: token } = await signUpSomebody(world);
    await fillUp(accountId, 1, { schemaVersion: 1 });

    const [entry] = await listed(token, { kind: 'sign-in-failed' });

    expect(entry).toMatchObject({ kind: 'sign-in-failed', network: '198.51.100.0/24' });
    expect(entry).not.toHaveProperty('device');
    expect(entry).not.toHaveProperty('session_id');
  });

  it('takes the query as API Gateway passes it on', async () => {
    const { email, access_token: token } = await signUpSomebody(world);
    await signIn(world, email);

    const { body } = await world.call('list-events', loadEvent('list-events/query', bearer(token)));

    expect(body.events.map(({ kind }: Entry) => kind)).toEqual(['signed-in']);
  });

  it('leaves out an entry of a kind that only a later release knows', async () => {
    const { account_id: accountId, access_token: token } = await signUpSomebody(world);
    await fillUp(accountId, 1, { type: 'account-teleported' });

    expect((await listed(token)).map(({ kind }) => kind)).toEqual(['account-created']);
  });

  it.each([
    [1, 2],
    [0, 1],
  ])(
    'leaves an entry out once it has expired, though its row is there still: %d seconds before',
    async (left, count) => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      await fillUp(accountId, 1, { expiresAtEpochSeconds: world.clock.nowSeconds() + left });

      expect(await listed(token)).toHaveLength(count);
    },
  );

  it('tells a failure for 30 days, and everything else for 400', async () => {
    const email = 'of-many-days@example.com';
    await signUp(world, email);
    await signIn(world, email, 'not the right one');
    const kindsLater = async (days: number) => {
      world.clock.advance(days * DAY);
      const { body } = await signIn(world, email);
      return (await listed(body.access_token)).map(({ kind }) => kind);
    };

    expect(await kindsLater(29)).toContain('sign-in-failed');
    expect(await kindsLater(1)).not.toContain('sign-in-failed');
    expect(await kindsLater(369)).toContain('account-created');
    expect(await kindsLater(1)).not.toContain('account-created');
  });

  describe('in pages', () => {
    it.each([1, 2, 3, 7, 12, 13, 14])(
      'of %d gives every entry once and in order, and then no cursor',
      async (limit) => {
        const { account_id: accountId, access_token: token } = await signUpSomebody(world);
        await fillUp(accountId, 12);
        const all = await listed(token, { limit: '100' });

        const pages = await pagesOf(token, { limit: String(limit) });

        expect(all).toHaveLength(13);
        expect(pages.flat()).toEqual(all);
        expect(pages).toHaveLength(Math.ceil(13 / limit));
        expect([...all].toSorted((a, b) => (a.occurred_at < b.occurred_at ? 1 : -1))).toEqual(all);
      },
    );

    it('goes on where it was, although newer entries came and the row that it ended with has been removed', async () => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      world.clock.advance(100);
      await fillUp(accountId, 4);
      const { body: first } = await list(token, { limit: '2' });
      const rows = await eventsOf(world, accountId);
      const lastShown = rows.find(
        ({ occurredAt: at }) => String(at).replace('.000Z', 'Z') === first.events[1].occurred_at,
      );
      await world.database.remove(world.tables.accounts, [lastShown ?? {}]);
      world.clock.advance(100);
      await fillUp(accountId, 1);

      const rest = await listed(token, { cursor: first.next_cursor });

      expect(rest.map(({ occurred_at: at }) => at)).toEqual(
        rows
          .map(({ occurredAt: at }) => String(at).replace('.000Z', 'Z'))
          .toReversed()
          .slice(2),
      );
    });

    it('has 50 entries unless asked for more or fewer', async () => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      await fillUp(accountId, 120);

      expect(await listed(token)).toHaveLength(50);
      expect(await listed(token, { limit: '100' })).toHaveLength(100);
    });

    it.each(['0', '101', '-1', '1.5', 'ten', '', '1e1', '999999999999'])('takes no limit of %j', async (limit) => {
      const { access_token: token } = await signUpSomebody(world);

      expect(await list(token, { limit })).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'limit', code: 'invalid' }] },
      });
    });

    it('refuses a parameter that there is not', async () => {
      const { access_token: token } = await signUpSomebody(world);

      expect(await list(token, { kinds: 'signed-in' })).toMatchObject({
        status: 400,
        body: { errors: [{ code: 'unknown-field' }] },
      });
    });
  });

  describe('of some kinds', () => {
    it.each([
      ['signed-in', ['signed-in']],
      ['account-created,signed-in', ['signed-in', 'account-created']], // also as API Gateway joins a repeated parameter
      ['account-created, signed-in', ['signed-in', 'account-created']],
      ['signed-in,signed-in', ['signed-in']],
      ['password-reset', []],
    ])('%s', async (kind, kinds) => {
      const { email, access_token: token } = await signUpSomebody(world);
      world.clock.advance(1);
      await signIn(world, email);
      world.clock.advance(1);
      await signIn(world, email, 'not the right one');

      expect((await listed(token, { kind })).map((entry) => entry.kind)).toEqual(kinds);
    });

    it.each(['no-such-kind', '', ',', 'signed-in,', 'signed-in,no-such-kind', 'constructor', '__proto__'])(
      'refuses %j, which has one that there is not',
      async (kind) => {
        const { access_token: token } = await signUpSomebody(world);

        const { status, body, text } = await list(token, { kind });

        expect(status).toBe(400);
        expect(body).toMatchObject({ code: 'invalid-request', errors: [{ field: 'kind', code: 'invalid' }] });
        if (kind.length > 1) expect(text).not.toContain(kind);
      },
    );

    it('reads a bounded number of rows a page, and goes on to the entry behind a thousand others', async () => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      await fillUp(accountId, 1000);
      const [oldest] = await eventsOf(world, accountId);
      await putRows(world, 'accounts', [{ ...oldest, type: 'password-reset' }]);
      const before = world.proxy.calls.length;

      const pages = await pagesOf(token, { kind: 'password-reset' });

      expect(pages.flat().map(({ kind }) => kind)).toEqual(['password-reset']);
      expect(pages.length).toBeLessThanOrEqual(5);
      const queries = world.proxy.calls.slice(before).filter(({ operation }) => operation === 'Query');
      expect(queries).toHaveLength(pages.length);
      for (const { body } of queries) expect((body as { Limit: number }).Limit).toBeLessThanOrEqual(252);
    });
  });

  it('takes one query beside the check of the session, however long the history is', async () => {
    const { account_id: accountId, access_token: token } = await signUpSomebody(world);
    await fillUp(accountId, 300);

    const operations = await operationsDuring(world.proxy, () => list(token, { limit: '100' }));

    expect(operations.toSorted()).toEqual(['GetItem', 'Query']);
  });

  describe('a cursor', () => {
    const OUTDATED = {
      status: 400,
      body: { code: 'invalid-request', errors: [{ field: 'cursor', code: 'outdated' }] },
    };
    const accountWithCursor = async () => {
      const account = await signUpSomebody(world);
      await fillUp(account.account_id, 3);
      const { body } = await list(account.access_token, { limit: '1' });
      return { ...account, cursor: body.next_cursor as string };
    };

    it('of another account is refused as a forged one is, and reads nothing', async () => {
      const [one, other] = [await accountWithCursor(), await accountWithCursor()];

      const operations = await operationsDuring(world.proxy, async () => {
        expect(await list(one.access_token, { cursor: other.cursor })).toMatchObject(OUTDATED);
      });

      expect(operations).toEqual([]);
    });

    it('is refused with any bit of it turned, cut, lengthened, or in another spelling', async () => {
      const { access_token: token, cursor } = await accountWithCursor();
      const bytes = Buffer.from(cursor, 'base64url');
      const turned = Array.from({ length: bytes.length }, (_, index) => {
        const copy = Buffer.from(bytes);
        copy[index] = (copy[index] ?? 0) ^ 1;
        return copy.toString('base64url');
      });
      const garbled = [...turned, cursor.slice(1), `${cursor}A`, `${cursor}=`, `${cursor},${cursor}`, '', 'null', '🙂'];

      for (const bad of garbled) expect(await list(token, { cursor: bad })).toMatchObject(OUTDATED);
      expect((await list(token, { cursor })).status).toBe(200);
    });

    it('is good with other kinds and another limit: it is a place and nothing more', async () => {
      const { access_token: token, cursor } = await accountWithCursor();

      expect(await listed(token, { cursor, kind: 'sign-in-failed', limit: '7' })).toHaveLength(3);
      expect(await listed(token, { cursor, kind: 'account-created' })).toEqual([]);
    });
  });

  describe('in words', () => {
    it.each([
      ['de-AT', 'Das Konto wurde eröffnet.'],
      ['fr, de;q=0.5', 'Das Konto wurde eröffnet.'],
      ['en', 'The account was opened.'],
      ['fr', 'The account was opened.'],
      [undefined, 'The account was opened.'],
    ])('of the language %s', async (language, text) => {
      const { access_token: token } = await signUpSomebody(world);

      expect((await list(token, {}, language)).body.events[0].text).toBe(text);
    });

    it("of the account's own language where the device doesn't say one", async () => {
      const { access_token: token, account_id } = await signUpSomebody(world);
      await callAs(world, 'update-profile', 'update-profile/patch-merge', token, {
        body: { locale: 'de' },
        path: { user_id: account_id },
      });

      expect((await list(token, { kind: 'account-created' })).body.events[0].text).toBe('Das Konto wurde eröffnet.');
    });

    it.each(LANGUAGES)('are there in %s for every kind that is written, each its own', (language) => {
      const words: Record<string, string> = HISTORY_WORDS[language];

      expect(Object.keys(words).toSorted()).toEqual([...SECURITY_EVENT_TYPES].toSorted());
      expect(new Set(Object.values(words)).size).toBe(SECURITY_EVENT_TYPES.length);
      for (const text of Object.values(words)) expect(text).toMatch(/^\p{Lu}.{10,120}\.$/u);
    });

    it('have the kinds that the API names', () => {
      expect([...HISTORY_KINDS].toSorted()).toEqual([...SECURITY_EVENT_TYPES].toSorted());
    });
  });

  it("tells nothing of another account's history, and nothing to a session that has ended", async () => {
    const [one, other] = [await signUpSomebody(world), await signUpSomebody(world)];
    await fillUp(other.account_id, 3);

    expect(await listed(one.access_token)).toHaveLength(1);
    await callAs(world, 'sign-out', 'sign-out/delete', one.access_token);
    expect(await list(one.access_token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});
