import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { everyRoute, fieldsOf, type RouteCase } from '../support/fixtures.ts';
import { GOOD_PASSWORD, signUp } from '../support/journeys.ts';
import { bearer, type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, challengeOf, totpCode } from '../support/second-factor.ts';
import { putAt, requestTextPlaces } from '../support/text-places.ts';
import { addSms, giveCode } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const EMAIL = 'owner@example.com';

/** The places that accept a challenge token. */
const OPENED = [
  ['POST /verification', 200],
  ['POST /verification/verify', 200],
];

const fieldCases = everyRoute().flatMap((one) =>
  requestTextPlaces(one).map((path) => ({ ...one, path, place: path.join('.') })),
);

const pathCases = everyRoute().flatMap((one) =>
  [...one.route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, parameter = '']) => ({ ...one, parameter })),
);

describe('a challenge token', () => {
  let world: World;
  let owner: SessionTokensAnswer;
  let secret: string;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: { dailyBudgetUsd: 1000 } } });
    owner = await signUp(world, EMAIL);
    ({ secret } = await addAuthenticator(world, owner));
    await addSms(world, await signInByApp());
  });
  afterAll(() => world.close());

  /** Signs in with a code of the app. */
  const signInByApp = async (): Promise<SessionTokensAnswer> => {
    world.clock.advance(30); // a code can be used once
    const { body, text } = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, EMAIL) });
    if (!body.access_token) throw new Error(`the owner could not sign in: ${text}`);
    return body;
  };

  /** A request with valid fields of its owner, so that an accepted token would show. */
  const ask = ({ contract, route, fixture }: RouteCase, fields: object, changes: EventChanges): Promise<Answer> => {
    world.clock.advance(30); // so that each request has a new code
    const known = { email: EMAIL, password: GOOD_PASSWORD, code: totpCode(world, secret) };
    const sent = fieldsOf(fixture);
    const taken = Object.entries(known).filter(([name]) => name in sent);
    const body = route.accepts ? jsonBody({ ...sent, ...Object.fromEntries(taken), ...fields }) : {};
    return world.call(contract.flow, loadEvent(fixture, { 'headers.if-match': undefined, ...body, ...changes }));
  };

  /** The parts of an answer that could reveal something, without its random ones. */
  const toldBy = ({ status, body }: Answer) => ({ status, code: body?.code, errors: body?.errors });

  /** A text of the token's form that is no token. */
  const lookAlike = (token: string): string => token.split('').toReversed().join('');

  /** @asvs 8.2.1, 2.3.1 */
  it('opens two routes of the manifest as a bearer and no other: those that send codes and take them', async () => {
    const opened: [routeKey: string, status: number][] = [];
    for (const one of everyRoute()) {
      const own = one.route.path.includes('{user_id}') ? { 'pathParameters.user_id': owner.account_id } : {};
      const without = one.route.bodyOptional ? { ...own, body: undefined, 'headers.content-type': undefined } : own;
      const challenge = await challengeOf(world, EMAIL);

      const anonymous = await ask(one, {}, { ...without, 'headers.authorization': undefined });
      const challenged = await ask(one, {}, { ...without, ...bearer(challenge) });

      if (JSON.stringify(toldBy(challenged)) !== JSON.stringify(toldBy(anonymous)))
        opened.push([one.routeKey, challenged.status]);
      if (one.contract.caller !== 'anyone')
        expect([one.routeKey, toldBy(challenged)]).toMatchObject([
          one.routeKey,
          { status: 401, code: 'unauthenticated' },
        ]);
    }

    expect(opened).toEqual(OPENED);
  });

  it('is walked through every place where text may be: the list is made from the contracts', () => {
    const places = fieldCases.map(({ contract, place }) => `${contract.flow}.${place}`);

    expect(places).toEqual(
      expect.arrayContaining([
        'sign-in.email',
        'sign-in.password',
        'refresh-session.refresh_token',
        'reset-password.token',
        'verify-code.code',
        'verify-code.verification_id',
        'update-profile.address.locality',
      ]),
    );
    expect(pathCases.map(({ parameter }) => parameter)).toEqual(expect.arrayContaining(['user_id', 'factor', 'page']));
  });

  it.each(fieldCases)('is as good as any other text at $routeKey as its $place', async ({ path, ...one }) => {
    const session = await signInByApp();
    const challenge = await challengeOf(world, EMAIL);
    const own = { ...bearer(session.access_token), 'pathParameters.user_id': owner.account_id };
    const changes = one.contract.caller === 'anyone' ? {} : own;

    const toOther = await ask(one, putAt(path, lookAlike(challenge)), changes);
    const toToken = await ask(one, putAt(path, challenge), changes);

    expect(toldBy(toToken)).toEqual(toldBy(toOther));
  });

  it.each(pathCases)('is as good as any other text in the path of $routeKey', async ({ parameter, ...one }) => {
    const session = await signInByApp();
    const challenge = await challengeOf(world, EMAIL);
    const at = (value: string) => {
      const path = one.route.path.replace(/\{.*\}/, value);
      const addressed = { [`pathParameters.${parameter}`]: value, rawPath: path, 'requestContext.http.path': path };
      return { ...bearer(session.access_token), ...addressed };
    };

    const toOther = await ask(one, {}, at(lookAlike(challenge)));
    const toToken = await ask(one, {}, at(challenge));

    expect(toldBy(toToken)).toEqual(toldBy(toOther));
    expect(toToken.status).toBe(404);
  });
});
