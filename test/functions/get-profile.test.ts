import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { profileAnswer } from '../../shared/contract/profile-answer.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { asOwner } from '../support/fixtures.ts';
import { getProfile, signIn, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const { accessTokenSeconds } = DEFAULTS.sessions;
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('get-profile', () => {
  let world: World;
  let owner: SessionTokensAnswer;

  beforeAll(async () => {
    world = await startWorld();
    owner = await signUp(world, 'owner@example.com');
  });
  afterAll(() => world.close());

  /** A session that is valid now: tests move the clock past the life of an access token. */
  const freshSession = async (email = 'owner@example.com'): Promise<SessionTokensAnswer> =>
    (await signIn(world, email)).body;

  const readAs = (accessToken: string, userId: unknown): Promise<Answer> =>
    world.call(
      'get-profile',
      loadEvent('get-profile/get', { ...bearer(accessToken), pathParameters: { user_id: userId } }),
    );

  it('answers the claims of OpenID Connect, and the version as ETag', async () => {
    const answer = await getProfile(world, await freshSession());

    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', etag: '"v1"' },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      sub: owner.account_id,
      email: 'owner@example.com',
      email_verified: true,
      updated_at: Date.UTC(2026, 10, 21, 9) / 1000,
      metadata: {},
    });
  });

  it('answers what its contract promises, with every claim set', async () => {
    const session = await signUp(world, 'every-claim@example.com');
    const claims = {
      name: 'Áine Ní Bhriain 🦊',
      given_name: 'Áine',
      family_name: 'Ní Bhriain',
      middle_name: 'M',
      nickname: 'A',
      preferred_username: 'aine',
      profile: 'https://aine.example/me',
      picture: 'https://aine.example/me.png',
      website: 'https://aine.example/',
      gender: 'female',
      birthdate: '0000-02-29',
      zoneinfo: 'Europe/Dublin',
      locale: 'ga-IE',
      address: { formatted: '1 Main Street\nDublin', locality: 'Dublin', country: 'IE' },
      metadata: { theme: 'dark', nested: { a: [1, 1e300, null, true] } },
    };
    await world.call(
      'update-profile',
      loadEvent('update-profile/put-json', { ...asOwner(session), ...jsonBody(claims) }),
    );

    const { body } = await getProfile(world, session);

    expect(body).toMatchObject(claims);
    expect(profileAnswer.parse(body)).toEqual(body);
  });

  it('is one read, which is the session check as well', async () => {
    const session = await freshSession();

    const operations = await operationsDuring(world.proxy, () => getProfile(world, session));

    expect(operations).toEqual(['GetItem']);
  });

  /** @asvs 8.2.3, 15.3.1 */
  it('shows nothing of how the account is kept', async () => {
    const answer = await getProfile(world, await freshSession());

    expect(answer.text).not.toMatch(/epoch|revoked|version|phc|argon|pk|sk"|createdAt|schema/i);
  });

  /** @asvs 3.5.3 */
  it('changes nothing, however often it is read at once', async () => {
    const session = await freshSession();
    const before = await storedRows(world);

    const answers = await Promise.all(Array.from({ length: 20 }, () => getProfile(world, session)));

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await storedRows(world)).toEqual(before);
  });

  it('answers for the own id in capitals, as Swift writes a UUID', async () => {
    const { access_token: token } = await freshSession();

    const answer = await readAs(token, owner.account_id.toUpperCase());

    expect([answer.status, answer.body.sub]).toEqual([200, owner.account_id]);
  });

  /** @asvs 8.2.2 */
  it("answers for somebody else's id exactly what it answers for an id that nobody has, without a read", async () => {
    const other = await signUp(world, 'other@example.com');
    const { access_token: token } = await freshSession();
    const answers: Answer[] = [];

    const operations = await operationsDuring(world.proxy, async () => {
      for (const id of [other.account_id, NOBODY, 'x', '', '../..', undefined, '*']) {
        answers.push(await readAs(token, id));
      }
    });

    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not-found' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(operations).toEqual([]);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['only the word', 'Bearer'],
    ['something that is no token', 'Bearer nonsense'],
    ['another scheme', 'Basic b3duZXI6aHVudGVyMg=='],
    ['two', 'Bearer a, Bearer b'],
    ['an endless one', `Bearer ${'a'.repeat(100_000)}`],
  ])('refuses an Authorization header with %s', async (_, authorization) => {
    const answer = await world.call(
      'get-profile',
      loadEvent('get-profile/get', {
        'headers.authorization': authorization,
        'pathParameters.user_id': owner.account_id,
      }),
    );

    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('asks whoever is not signed in to sign in before it says anything of the id', async () => {
    const unknown = await readAs('nonsense', NOBODY);
    const known = await readAs('nonsense', owner.account_id);

    expect(known).toMatchObject({ status: 401 });
    expect(known).toEqual(unknown);
  });

  it('reads a token from the header alone', async () => {
    const { access_token: token } = await freshSession();

    const answer = await world.call(
      'get-profile',
      loadEvent('get-profile/get', {
        'headers.authorization': undefined,
        'pathParameters.user_id': owner.account_id,
        rawQueryString: `access_token=${token}`,
        'queryStringParameters.access_token': token,
        cookies: [`access_token=${token}`],
      }),
    );

    expect(answer.status).toBe(401);
  });

  /** @asvs 9.2.1 */
  it('lets an access token in for 5 minutes and not a second longer', async () => {
    const session = await freshSession();
    world.clock.advance(accessTokenSeconds - 1);

    const inTime = await getProfile(world, session);
    world.clock.advance(1);
    const tooLate = await getProfile(world, session);

    expect([inTime.status, tooLate.status, tooLate.body.code]).toEqual([200, 401, 'unauthenticated']);
  });

  it('refuses a session that was ended a moment ago', async () => {
    const session = await freshSession();
    await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));

    const answer = await getProfile(world, session);

    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  describe('with If-None-Match', () => {
    const readUnless = (session: SessionTokensAnswer, tag: string | undefined, changes = {}): Promise<Answer> =>
      world.call(
        'get-profile',
        loadEvent('get-profile/get', { ...asOwner(session), 'headers.if-none-match': tag, ...changes }),
      );
    const change = (session: SessionTokensAnswer, name: string): Promise<Answer> =>
      world.call(
        'update-profile',
        loadEvent('update-profile/put-json', { ...asOwner(session), ...jsonBody({ name }) }),
      );

    it.each([
      ['it', (tag: string) => tag],
      ['it as a weak one', (tag: string) => `W/${tag}`],
      ['it in a list', (tag: string) => `"other", ${tag}, "v0"`],
      ['any', () => '*'],
    ])('answers 304 without a body where %s is the present version', async (_, asSent) => {
      const session = await freshSession();
      const { etag = '' } = (await getProfile(world, session)).headers;

      const answer = await readUnless(session, asSent(etag));

      expect(answer).toMatchObject({ status: 304, text: '' });
      expect(answer.headers).toEqual({
        etag,
        'cache-control': 'no-store',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'UGh1cjJxDoEEMjQ=',
      });
    });

    it.each(['"v0"', '"v999"', 'v1', '', '"', 'W/"theirs"', undefined])('answers the profile for %j', async (tag) => {
      const session = await freshSession();

      const answer = await readUnless(session, tag);

      expect([answer.status, answer.body]).toEqual([200, (await getProfile(world, session)).body]);
    });

    it('answers the profile again as soon as it has changed, and not before', async () => {
      const session = await signUp(world, 'changing@example.com');
      const held = (await change(session, 'First')).headers.etag;

      const before = await readUnless(session, held);
      const changed = await change(session, 'Second');
      const after = await readUnless(session, held);
      const again = await readUnless(session, after.headers.etag);

      expect([before.status, after.status, again.status]).toEqual([304, 200, 304]);
      expect([after.body.name, after.headers.etag]).toEqual(['Second', changed.headers.etag]);
    });

    it('is one read, and tells nothing to who has no session, another account or a session that has ended', async () => {
      const session = await freshSession();
      const other = await signUp(world, 'curious@example.com');
      const operations = await operationsDuring(world.proxy, () => readUnless(session, '*'));
      await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));

      const ended = await readUnless(session, '*');
      const anonymous = await readUnless(session, '*', { 'headers.authorization': undefined });
      const foreign = await readUnless(other, '*', { 'pathParameters.user_id': owner.account_id });

      expect(operations).toEqual(['GetItem']);
      expect([ended.status, anonymous.status, foreign.status]).toEqual([401, 401, 404]);
      for (const { headers } of [ended, anonymous, foreign]) expect(headers).not.toHaveProperty('etag');
    });
  });

  it('takes no notice of If-Match or a body', async () => {
    const session = await freshSession();

    const answer = await world.call(
      'get-profile',
      loadEvent('get-profile/get', {
        ...asOwner(session),
        ...jsonBody('{"sub":'),
        'headers.if-match': '"v999"',
      }),
    );

    expect(answer.status).toBe(200);
  });

  it('says that the database is down, rather than that there is no profile or no session', async () => {
    const session = await freshSession();
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const answer = await getProfile(world, session);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  it('answers a fault of its own without a word about it', async () => {
    const session = await freshSession();
    world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

    const answer = await getProfile(world, session);

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code', 'instance']);
  });

  it('leaves one line in the log, with the account and nothing of the profile or the token', async () => {
    const session = await freshSession();
    const before = world.logs.length;

    await getProfile(world, session);
    await readAs(session.access_token, NOBODY);

    const lines = world.logs.slice(before);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'request', flow: 'get-profile', status: 200, account_id: owner.account_id },
      { event: 'request', flow: 'get-profile', status: 404, code: 'not-found' },
    ]);
    expect(leaksIn(lines, { token: session.access_token, email: 'owner@example.com', asked: NOBODY })).toEqual([]);
  });
});
