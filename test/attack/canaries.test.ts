import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LOG_FIELDS } from '../../shared/observability/log-fields.ts';
import { METRICS } from '../../shared/observability/metrics.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { DynamoFault } from '../support/dynamo-proxy.ts';
import { asOwner, everyRoute, fieldsOf } from '../support/fixtures.ts';
import { mailedCodes, newestToken } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { outside } from '../support/outside.ts';
import { skipPauses } from '../support/waits.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const FAULTS: readonly DynamoFault['kind'][] = ['server-error', 'throttle', 'reset', 'access-denied'];

/** Address of the request; only the security history may show it. */
const SOURCE = '198.51.100.199';

/** Makes unique texts, and remembers them by the place that each was put into. */
const canaryCage = () => {
  const planted: Record<string, string> = { 'the source address': SOURCE };
  const plant = (place: string, written: (canary: string) => string = (canary) => canary): string => {
    const canary = `qzcanary${Object.keys(planted).length}x`;
    const name = planted[place] === undefined ? place : `${place} #${Object.keys(planted).length}`;
    planted[name] = canary;
    return written(canary);
  };
  return { planted, plant };
};

/** Names of the places whose text a step may repeat in its answer. */
type MayAnswer = RegExp;

const NOTHING: MayAnswer = /^$/;
const PROFILE: MayAnswer = /^claim|^the owner's address$/;

describe('canaries in every field', () => {
  let world: World;
  const { planted, plant } = canaryCage();
  const printed: string[] = [];

  beforeAll(async () => {
    skipPauses();
    for (const level of ['debug', 'log', 'info', 'warn', 'error', 'trace'] as const) {
      jest
        .spyOn(outside.console, level)
        .mockImplementation((...parts: unknown[]) => void printed.push(parts.map(String).join(' ')));
    }
    world = await startWorld();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await world.close();
  });

  /** A canary in every header and other part of an event that a client controls. */
  const aroundTheBody = (): EventChanges => {
    const headers = [
      'user-agent',
      'referer',
      'origin',
      'host',
      'x-forwarded-host',
      'idempotency-key',
      'accept',
      'x-api-key',
    ];
    return {
      ...Object.fromEntries(headers.map((name) => [`headers.${name}`, plant(`header ${name}`)])),
      'headers.sec-fetch-site': 'same-origin', // or the canary in Origin would be refused first
      'headers.x-forwarded-for': plant('header x-forwarded-for'),
      'headers.accept-language': plant(
        'header accept-language',
        (canary) => `de, xx-${canary.slice(-8)};q=0.1, ${canary}`,
      ),
      'headers.authorization': plant('header authorization', (canary) => `Bearer ${canary}.${canary}.${canary}`),
      'headers.if-match': plant('header if-match', (canary) => `*, "${canary}"`),
      'headers.if-none-match': plant('header if-none-match', (canary) => `"${canary}"`),
      cookies: [plant('cookie', (canary) => `session=${canary}`)],
      rawQueryString: plant('raw query', (canary) => `q=${canary}`),
      queryStringParameters: { q: plant('query'), [plant('query name')]: 'x' },
      'requestContext.http.userAgent': plant('user agent'),
      'requestContext.http.sourceIp': SOURCE,
      'requestContext.domainName': plant('domain name'),
    };
  };

  const leaksOf = (answer: Answer, mayAnswer: MayAnswer): string[] =>
    leaksIn(JSON.stringify([answer.headers, answer.text]), planted).filter((place) => !mayAnswer.test(place));

  /** Makes a request: first with every fault at each of its first calls, then without. */
  const ask = async (fixture: string, changes: EventChanges, mayAnswer: MayAnswer = NOTHING): Promise<Answer> => {
    const flow = fixture.split('/')[0] ?? '';
    const event = loadEvent(fixture, { ...aroundTheBody(), 'headers.if-match': undefined, ...changes });
    const ofOtherSite = { ...event, headers: { ...event.headers, 'sec-fetch-site': 'cross-site' } };
    expectNoLeak(fixture, await world.call(flow, ofOtherSite), mayAnswer);
    for (const after of [0, 1, 2, 3]) {
      for (const kind of FAULTS) {
        world.proxy.fail({ operation: null, after, times: 9, kind });
        const answer = await world.call(flow, event);
        world.proxy.heal();
        if (answer.status < 500) return expectNoLeak(fixture, answer, mayAnswer); // it has no further calls, so it succeeded
        expectNoLeak(fixture, answer, NOTHING);
      }
    }
    return expectNoLeak(fixture, await world.call(flow, event), mayAnswer);
  };

  const expectNoLeak = (fixture: string, answer: Answer, mayAnswer: MayAnswer): Answer => {
    expect([fixture, leaksOf(answer, mayAnswer)]).toEqual([fixture, []]);
    return answer;
  };

  /** Delivers with SES refusing, with faults of DynamoDB, then without. */
  const deliver = async (): Promise<void> => {
    await world.setFault({ service: 'ses', next: 2, error: 'Throttling' });
    await world.deliver();
    for (const kind of FAULTS) {
      world.proxy.fail({ operation: 'GetItem', after: 0, times: 9, kind });
      await world.deliver();
      world.proxy.heal();
    }
    world.clock.advance(60);
    while ((await world.rows('outbox')).length > 0) await world.deliver();
  };

  const keep = (name: string, secret: string): string => {
    planted[name] = secret;
    return secret;
  };

  const keepSession = (name: string, session: SessionTokensAnswer & { device_token?: string }): SessionTokensAnswer => {
    if (session.device_token !== undefined) keep(`device token of ${name}`, session.device_token);
    keep(`access token of ${name}`, session.access_token);
    keep(`refresh token of ${name}`, session.refresh_token);
    return session;
  };

  it('come back in no answer but the profile, on the way from sign-up to sign-out', async () => {
    const email = plant("the owner's address", (canary) => `${canary}@example.com`);
    const password = plant('password', (canary) => `${canary} of a password`);
    const newPassword = plant('new password', (canary) => `${canary} of a new password`);
    const claims = {
      ...Object.fromEntries(
        ['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'gender'].map(
          (claim) => [claim, plant(`claim ${claim}`)],
        ),
      ),
      website: plant('claim website', (canary) => `https://${canary}.example/`),
      picture: plant('claim picture', (canary) => `https://example.com/${canary}`),
      profile: plant('claim profile', (canary) => `https://example.com/?${canary}`),
      address: { street_address: plant('claim street'), formatted: plant('claim formatted') },
      metadata: { [plant('claim metadata name')]: plant('claim metadata value') },
    };

    await ask('sign-up/json', jsonBody({ email, locale: 'en' }));
    await deliver();
    const signUpToken = keep('sign-up token', await newestToken(world, email));
    const completed = await ask(
      'complete-sign-up/json',
      jsonBody({ token: signUpToken, password, name: plant('claim first name') }),
    );
    keepSession('sign-up', completed.body);
    const wrong = await ask('sign-in/json', jsonBody({ email, password: plant('wrong password') }));
    const asked = await ask(
      'sign-in/form',
      formBody({ email, password, device_name: plant('device name'), device_token: plant('device token') }),
    );
    const challenge = keep('challenge of a new device', asked.body.challenge_token);
    await deliver();
    const [code = ''] = await mailedCodes(world, email);
    // Without faults, for each of those after a try is reserved would cost one of five.
    const event = loadEvent('verify-code/with-bearer', { ...bearer(challenge), ...jsonBody({ code }) });
    const signedIn = expectNoLeak('verify-code/with-bearer', await world.call('verify-code', event), NOTHING);
    const { refresh_token: used } = keepSession('sign-in', signedIn.body);
    const refreshed = await ask(
      'refresh-session/form',
      formBody({ refresh_token: used, device_token: plant('device token') }),
    );
    const session = keepSession('refresh', refreshed.body);
    const owner = asOwner(session);
    const put = await ask('update-profile/put-json', { ...owner, ...jsonBody(claims) }, PROFILE);
    const mergeType = { 'headers.content-type': 'application/merge-patch+json' };
    const patched = await ask(
      'update-profile/patch-merge',
      {
        ...owner,
        ...jsonBody({ nickname: plant('claim new nickname'), metadata: { x: plant('claim x') } }),
        ...mergeType,
      },
      PROFILE,
    );
    const read = await ask('get-profile/get', owner, PROFILE);
    await ask('request-recovery/form', formBody({ email }));
    await deliver();
    const unwanted = keep('revoked recovery token', await newestToken(world, email));
    const revoked = await ask('revoke-recovery/form', formBody({ token: unwanted }));
    await ask('request-sign-in-link/form', formBody({ email }));
    await deliver();
    const unwantedLink = keep('revoked sign-in link', await newestToken(world, email));
    const revokedLink = await ask('revoke-recovery/form', formBody({ token: unwantedLink }));
    await ask('request-sign-in-link/form', formBody({ email }));
    await deliver();
    const link = keep('sign-in link', await newestToken(world, email));
    await ask('request-recovery/form', formBody({ email }));
    await deliver();
    const token = keep('recovery token', await newestToken(world, email));
    const checked = await ask('check-reset-token/form', formBody({ reset_token: token }));
    const rejected = await ask('reset-password/form', formBody({ token, new_password: 'bookshelf' }));
    const reset = await ask('reset-password/form', formBody({ token, new_password: newPassword }));
    await deliver();
    const again = await ask('sign-in/json', jsonBody({ email, password: newPassword, link_token: link }));
    const last = keepSession('the second sign-in', again.body);
    const signedOut = await ask('sign-out/delete', bearer(last.access_token));

    const statuses = [
      completed,
      wrong,
      signedIn,
      refreshed,
      put,
      patched,
      read,
      revoked,
      revokedLink,
      checked,
      rejected,
      reset,
      again,
      signedOut,
    ];
    expect(statuses.map(({ status }) => status)).toEqual([
      200, 401, 200, 200, 200, 200, 200, 200, 200, 200, 400, 200, 200, 204,
    ]);
    expect(leaksIn(read.text, planted).length).toBeGreaterThan(10); // proves that the canaries did arrive
  });

  it('come back in no answer to what is malformed', async () => {
    const bodies = (fields: Record<string, unknown>): EventChanges[] => [
      jsonBody(Object.fromEntries(Object.keys(fields).map((name) => [name, plant(`text as ${name}`)]))),
      jsonBody(Object.fromEntries(Object.keys(fields).map((name) => [name, [plant(`array as ${name}`)]]))),
      jsonBody(
        Object.fromEntries(Object.keys(fields).map((name) => [name, { [plant('key')]: plant(`value in ${name}`) }])),
      ),
      jsonBody({ ...fields, [`a name with ${plant('unknown name')}`]: plant('unknown value') }),
      jsonBody(`{"email":"${plant('broken JSON')}`),
      jsonBody(plant('no JSON')),
      jsonBody([plant('array')]),
      jsonBody(JSON.stringify({ x: plant('too large') + 'x'.repeat(17_000) })),
      {
        ...jsonBody({ x: plant('text/plain') }),
        'headers.content-type': plant('content type', (canary) => `text/${canary}`),
      },
      { ...jsonBody(plant('broken base64', (canary) => `${canary}=`)), isBase64Encoded: true },
      formBody(`${Object.keys(fields)[0]}=${plant('form, twice')}&${Object.keys(fields)[0]}=${plant('form, again')}`),
      formBody(`${plant('form name', (canary) => `${canary}%20`)}=${plant('form value')}&%`),
      formBody(plant('form without a value', (canary) => `a ${canary}!`)),
    ];

    for (const { contract, fixture, routeKey } of everyRoute().filter(({ route }) => route.accepts)) {
      for (const body of bodies(fieldsOf(fixture))) {
        const answer = await world.call(contract.flow, loadEvent(fixture, { ...aroundTheBody(), ...body }));

        expect([routeKey, answer.status < 500, leaksOf(answer, NOTHING)]).toEqual([routeKey, true, []]);
      }
    }
  });

  it('come back in no answer of a route that takes no body, nor of one for somebody else', async () => {
    for (const { contract, fixture, routeKey } of everyRoute()) {
      const path = plant('path', (canary) => `/${canary}`);
      const elsewhere: EventChanges = {
        ...aroundTheBody(),
        'pathParameters.user_id': plant('user id'),
        'pathParameters.page': path.slice(1),
        rawPath: path,
        'requestContext.http.path': path,
      };
      const answer = await world.call(contract.flow, loadEvent(fixture, elsewhere));

      expect([routeKey, leaksOf(answer, NOTHING)]).toEqual([routeKey, []]);
    }
  });

  /** @asvs 14.2.4, 16.2.5 */
  it('are in no line that was logged or printed meanwhile: no address, no password, no token, no network', () => {
    expect(world.logs.length).toBeGreaterThan(300);
    expect(Object.keys(planted).length).toBeGreaterThan(500);
    expect(leaksIn([...world.logs, ...printed], planted)).toEqual([]);
    expect(printed).toEqual([]);
  });

  /** @asvs 16.2.4 */
  it('are told by no field of a log line that is not on the list', () => {
    const listed = new Set(['time', 'level', 'event', '_aws', ...Object.keys(LOG_FIELDS), ...Object.keys(METRICS)]);

    const fields = new Set(world.logs.flatMap((line) => Object.keys(JSON.parse(line))));

    expect([...fields].filter((field) => !listed.has(field))).toEqual([]);
  });
});
