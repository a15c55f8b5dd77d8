import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GOOD_PASSWORD, recoveryToken, signIn, signUp } from '../support/journeys.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const BROWSER: EventChanges = { 'headers.accept': 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const NO_TOKEN = '0'.repeat(26);

const postForm = (fields: Record<string, string>, changes: EventChanges = BROWSER) =>
  world.call('reset-password', loadEvent('reset-password/form', { ...formBody(fields), ...changes }));

describe('page-answers', () => {
  it('leads a browser without a script back to the page, and the password is set', async () => {
    await signUp(world, 'page@example.com');
    const token = await recoveryToken(world, 'page@example.com');

    const answer = await postForm({ token, new_password: 'a much better horse' });

    expect(answer).toMatchObject({ status: 303, text: '' });
    expect(answer.headers).toMatchObject({ location: '/ui/reset?outcome=done', 'cache-control': 'no-store' });
    expect((await signIn(world, 'page@example.com', 'a much better horse')).status).toBe(200);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a token that is none', { token: NO_TOKEN, new_password: GOOD_PASSWORD }, 'invalid-token'],
    ['a field that is missing', { token: NO_TOKEN }, 'invalid-request'],
    ['a body that is too large', { token: NO_TOKEN, new_password: 'x'.repeat(17_000) }, 'body-too-large'],
  ])('tells the page of %s', async (_, fields, outcome) => {
    const answer = await postForm(fields);

    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`/ui/reset?outcome=${outcome}`);
  });

  it.each([
    ['short', 'too-short'],
    ['x1'.repeat(65), 'too-long'],
    ['password', 'breached'],
    ['bookshelf 4711', 'contains-personal-data'],
    ['horse\0battery', 'invalid-characters'],
  ])('tells the page why the password %j is refused', async (password, reason) => {
    const email = `${reason}@example.com`;
    await signUp(world, email);
    const token = await recoveryToken(world, email);

    const answer = await postForm({ token, new_password: password });

    expect(answer.headers.location).toBe(`/ui/reset?outcome=password-rejected.${reason}`);
  });

  it('tells the page of an outage what it tells everybody: come back in a moment', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1000, kind: 'server-error' });

    const page = await postForm({ token: NO_TOKEN, new_password: GOOD_PASSWORD });
    const program = await postForm({ token: NO_TOKEN, new_password: GOOD_PASSWORD }, {});
    world.proxy.heal();

    expect(program.body.code).toBe('unavailable');
    expect(page.headers.location).toBe('/ui/reset?outcome=unavailable');
  });

  it('tells the page of a fault of our own', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

    const answer = await postForm({ token: NO_TOKEN, new_password: GOOD_PASSWORD });

    expect(answer.headers.location).toBe('/ui/reset?outcome=internal');
  });

  it.each<[string, EventChanges]>([
    ['a program that sends a form', {}],
    ['a program that takes anything', { 'headers.accept': '*/*' }],
    ['a program that wants JSON', { 'headers.accept': 'application/json' }],
  ])('answers %s with JSON', async (_, changes) => {
    const answer = await postForm({ token: NO_TOKEN, new_password: GOOD_PASSWORD }, changes);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    expect(answer.headers).not.toHaveProperty('location');
  });

  it('answers JSON with JSON, whatever the client says it likes', async () => {
    const fields = { token: NO_TOKEN, new_password: GOOD_PASSWORD };

    const answer = await world.call(
      'reset-password',
      loadEvent('reset-password/json', { ...jsonBody(fields), ...BROWSER }),
    );

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
  });

  it.each(['sign-up/form', 'request-recovery/form', 'sign-in/form', 'check-reset-token/form', 'refresh-session/form'])(
    'leads nobody anywhere from %s, which no hosted page posts',
    async (fixture) => {
      const [flow = ''] = fixture.split('/');

      const answer = await world.call(flow, loadEvent(fixture, BROWSER));

      expect(answer.status).not.toBe(303);
    },
  );

  /** @asvs 1.2.2, 3.7.2 */
  it('never leads away from the service, whatever the request says', async () => {
    const answer = await postForm(
      { token: NO_TOKEN, new_password: GOOD_PASSWORD },
      {
        ...BROWSER,
        'headers.host': 'evil.example',
        'headers.x-forwarded-host': 'evil.example',
        'headers.referer': 'https://evil.example/',
        rawQueryString: 'page=//evil.example',
        queryStringParameters: { page: '//evil.example' },
      },
    );

    expect(answer.headers.location).toBe('/ui/reset?outcome=invalid-token');
  });
});
