import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { EDGE } from '../../shared/settings/edge.ts';
import { exportAccount } from '../support/data-export.ts';
import { GOOD_PASSWORD, refresh, signUpSomebody } from '../support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { callAs } from '../support/second-factor.ts';
import { vetoToken } from '../support/sign-in-veto.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const IP = '203.0.113.7';

/** An event as it is behind the edge; what it says of the country itself stays. */
const throughIt = (event: APIGatewayProxyEventV2, country: string | undefined): APIGatewayProxyEventV2 => {
  const edge = { [EDGE.viewerHeader]: IP, ...(country !== undefined && { [EDGE.countryHeader]: country }) };
  const http = { ...event.requestContext.http, sourceIp: '64.252.73.12' };
  const requestContext = { ...event.requestContext, http, authorizer: { lambda: EDGE.pass } };
  return { ...event, headers: { ...edge, ...event.headers }, requestContext };
};

/** A world whose every request comes through the edge, from a country unless the request says otherwise. */
const edgeWorld = async (edge: object, country?: string): Promise<World> => {
  const world = await startWorld({
    settings: { deployment: { edge: { enabled: true, ...edge } }, signIn: { newDeviceCheck: false } },
  });
  return { ...world, call: (flow, event) => world.call(flow, throughIt(event, country)) };
};

const signInFrom = (world: World, email: string, country: string | undefined): Promise<Answer> =>
  world.call(
    'sign-in',
    loadEvent('sign-in/json', {
      ...jsonBody({ email, password: GOOD_PASSWORD }),
      ...(country !== undefined && { 'headers.x-keyturn-viewer-country': country }),
    }),
  );

const sessionsOf = async (world: World, token: string): Promise<Record<string, unknown>[]> =>
  (await callAs(world, 'list-sessions', 'list-sessions/get', token)).body.sessions;
const eventsOf = async (world: World, token: string): Promise<Record<string, unknown>[]> =>
  (await world.call('list-events', loadEvent('list-events/get', bearer(token)))).body.events;

describe('the country of a caller, behind an edge that tells it', () => {
  let world: World;

  beforeAll(async () => {
    world = await edgeWorld({ viewerCountry: true }, 'DE');
  });
  afterAll(() => world.close());

  const signedIn = async (country: string | undefined) => {
    const { email } = await signUpSomebody(world);
    const { body } = await signInFrom(world, email, country);
    return { email, session: body as SignInTokensAnswer };
  };

  it('is in the list of sessions and in the history, beside the network', async () => {
    const { session } = await signedIn('AT');

    const [own] = await sessionsOf(world, session.access_token);
    const events = await eventsOf(world, session.access_token);

    expect(own).toMatchObject({ current: true, country: 'AT', network: '203.0.113.0/24' });
    expect(events.find(({ kind }) => kind === 'signed-in')).toMatchObject({ country: 'AT' });
  });

  it('is in the mail about a sign-in on a new device, by its name in the reader’s language', async () => {
    const { email } = await signedIn('AT');
    await vetoToken(world, email);

    const [mail] = await world.mailsTo(email);

    expect(mail?.text).toContain('Going by its network, it is in this country: Austria.');
  });

  it('is in the export', async () => {
    const { session } = await signedIn('AT');

    const answer = await exportAccount(world, session);

    expect(answer.status).toBe(200);
    expect(answer.body.export.sessions).toContainEqual(expect.objectContaining({ country: 'AT' }));
    expect(answer.body.export.history).toContainEqual(expect.objectContaining({ type: 'signed-in', country: 'AT' }));
  });

  it('is that of the last use, and none where CloudFront knows none then', async () => {
    const { session } = await signedIn('AT');
    const { body: first } = await refresh(world, session.refresh_token);
    expect((await sessionsOf(world, first.access_token))[0]).toMatchObject({ country: 'DE' });

    const unknown = { ...jsonBody({ refresh_token: first.refresh_token }), 'headers.x-keyturn-viewer-country': '' };
    const { body: second } = await world.call('refresh-session', loadEvent('refresh-session/json', unknown));

    expect((await sessionsOf(world, second.access_token))[0]).not.toHaveProperty('country');
  });

  it.each(['', 'de', 'D', 'DEU', 'ZZ', 'Q0', 'DE, AT', '<b>DE</b>'])(
    'is none where the header is no code of a country: %j',
    async (country) => {
      const { session } = await signedIn(country);

      expect((await sessionsOf(world, session.access_token))[0]).not.toHaveProperty('country');
    },
  );
});

describe('the country of a caller', () => {
  it('is taken from no header behind an edge that tells none', async () => {
    const world = await edgeWorld({}, 'DE');
    const { email } = await signUpSomebody(world);
    const { body } = await signInFrom(world, email, 'AT');
    const sessions = await sessionsOf(world, body.access_token);
    const events = await eventsOf(world, body.access_token);
    await world.close();

    for (const one of [...sessions, ...events]) expect(one).not.toHaveProperty('country');
  });

  it('is taken from no header without an edge, which every client could set, whatever the setting says', async () => {
    const world = await startWorld({
      settings: { deployment: { edge: { viewerCountry: true } }, signIn: { newDeviceCheck: false } },
    });
    const { email } = await signUpSomebody(world);
    const { body } = await signInFrom(world, email, 'AT');
    const sessions = await sessionsOf(world, body.access_token);
    await world.close();

    for (const one of sessions) expect(one).not.toHaveProperty('country');
  });

  it('comes with no request that went past the edge: nothing is done for it', async () => {
    const world = await startWorld({ settings: { deployment: { edge: { enabled: true, viewerCountry: true } } } });
    const headers = { 'headers.x-keyturn-viewer-address': '::1', 'headers.x-keyturn-viewer-country': 'AT' };
    const answer = await world.call('sign-in', loadEvent('sign-in/json', headers));
    await world.close();

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
  });
});
