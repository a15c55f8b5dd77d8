import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readsAuthorization } from '../../shared/contract/reads-authorization.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { VERIFICATION_COOKIE } from '../../shared/two-factor/verification-ids.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { everyRoute, fromSource, type RouteCase } from '../support/fixtures.ts';
import { signUp } from '../support/journeys.ts';
import { type EventChanges, loadEvent } from '../support/load-event.ts';
import { askForCode, giveCode, newNumber, receiveCode } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NO_ERROR = 'Bearer';
const INVALID_TOKEN = 'Bearer error="invalid_token"';

/**
 * What an Authorization header can be that holds a good token, or nothing, in no form that a token comes in; and the challenge
 * that it is answered with: another scheme is told of no error.
 *
 * @see RFC 6750 §2.1, §3.1; RFC 9110 §11.4
 */
const MALFORMED: [what: string, header: (token: string) => string, challenge: string][] = [
  ['empty', () => '', NO_ERROR],
  ['of another scheme', (token) => `Basic ${Buffer.from(`:${token}`).toString('base64')}`, NO_ERROR],
  ['of another scheme that binds its token', (token) => `DPoP ${token}`, NO_ERROR],
  ['of a scheme that only begins alike', (token) => `Bearers ${token}`, NO_ERROR],
  ['a token without a scheme', (token) => token, NO_ERROR],
  ['a scheme without a token', () => 'Bearer', INVALID_TOKEN],
  ['sent twice, which API Gateway joins by a comma', (token) => `Bearer ${token},Bearer ${token}`, INVALID_TOKEN],
  ['two tokens with a comma', (token) => `Bearer ${token},${token}`, INVALID_TOKEN],
  ['two tokens with a blank', (token) => `Bearer ${token} ${token}`, INVALID_TOKEN],
  ['a token with something behind it', (token) => `Bearer ${token}; charset=utf-8`, INVALID_TOKEN],
  ['a token in quotes', (token) => `Bearer "${token}"`, INVALID_TOKEN],
  ['a token as a parameter', (token) => `Bearer token="${token}"`, INVALID_TOKEN],
  ['endless', (token) => `Bearer ${token.repeat(10)}`, INVALID_TOKEN],
  ['endless before the token', (token) => `Bearer ${' '.repeat(2048)}${token}`, INVALID_TOKEN],
  ['endless behind it', (token) => `Bearer ${token}${' '.repeat(2048)}`, INVALID_TOKEN],
];

const routes = everyRoute();
const readers = routes.filter(({ contract }) => readsAuthorization(contract));
const readerCases = readers.flatMap((one) =>
  MALFORMED.map(([what, header, challenge]) => ({ ...one, what, header, challenge })),
);
const otherCases = routes.filter((one) => !readers.includes(one));

describe('an Authorization header that can not be read', () => {
  let world: World;
  let owner: SessionTokensAnswer;

  beforeAll(async () => {
    world = await startWorld();
    owner = await signUp(world, 'owner@example.com');
  });
  afterAll(() => world.close());

  const call = ({ contract, fixture }: RouteCase, authorization: string | undefined): Promise<Answer> =>
    world.call(
      contract.flow,
      loadEvent(fixture, {
        'headers.authorization': authorization,
        'headers.if-match': undefined,
        'pathParameters.user_id': owner.account_id,
      }),
    );

  it('matters wherever a session is wanted, and at the two routes that know one when it is there', () => {
    const optional = readers.filter(({ contract }) => contract.caller === 'anyone').map(({ routeKey }) => routeKey);

    expect(optional).toEqual(['POST /verification', 'POST /verification/verify']);
    expect(readers.length).toBeGreaterThanOrEqual(optional.length + 9);
    expect(readers.filter(({ contract }) => !contract.problems.includes('unauthenticated'))).toEqual([]);
  });

  it.each(readerCases)(
    'does not pass for none at $routeKey when it is $what',
    async ({ header, challenge, ...route }) => {
      const answers: Answer[] = [];
      const operations = await operationsDuring(world.proxy, async () => {
        answers.push(await call(route, header(owner.access_token)));
      });

      expect(answers[0]).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': challenge },
        body: { code: 'unauthenticated' },
      });
      expect(operations).toEqual([]);
    },
  );

  it.each(otherCases)('is nothing to $routeKey, which reads none', async (route) => {
    const told = ({ status, body }: Answer) => ({ status, code: body?.code });

    const without = await call(route, undefined);
    const malformed = await call(route, 'Basic b3duZXI6cHc=');

    expect(told(malformed)).toEqual(told(without));
    expect(malformed.body?.code).not.toBe('unauthenticated');
  });

  it('sends no SMS for somebody whose app lost half of its header', async () => {
    const phoneNumber = newNumber();

    const answer = await askForCode(world, { phoneNumber, changes: { 'headers.authorization': owner.access_token } });
    await world.deliver();

    expect(answer.status).toBe(401);
    expect(await world.mailsTo(phoneNumber)).toEqual([]);
  });

  it('leaves a code as good as it was', async () => {
    const source = fromSource('198.51.100.61');
    const { code, verificationId } = await receiveCode(world, { phoneNumber: newNumber(), changes: source });

    for (const [, header] of MALFORMED) {
      const changes = { ...source, 'headers.authorization': header(owner.access_token) };
      expect((await giveCode(world, code, { changes })).status).toBe(401);
      expect((await giveCode(world, code, { verificationId, changes })).status).toBe(401);
    }

    expect((await giveCode(world, code, { changes: source })).status).toBe(200);
  });
});

/** The order in which a code finds its challenge: an unreadable way must not fall back to the next one. */
describe('a way to a challenge that can not be read', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const cookie = (value: string): string => `${VERIFICATION_COOKIE}=${value}`;

  it.each<[string, (id: string) => { verificationId?: string; changes?: EventChanges }]>([
    ['an id cut short', (id) => ({ verificationId: id.slice(1) })],
    ['an answer without an id', () => ({ verificationId: '{"expires_in":600}' })],
    ['half an answer', (id) => ({ verificationId: `{"verification_id":"${id}` })],
    ['an empty cookie', () => ({ changes: { cookies: [cookie('')] } })],
    ['a cookie cut short', (id) => ({ changes: { cookies: [cookie(id.slice(1))] } })],
    ['the cookie twice', (id) => ({ changes: { cookies: [cookie(id), 'theme=dark', cookie(id)] } })],
    ['the cookie twice, once wrong', (id) => ({ changes: { cookies: [cookie('x'), cookie(id)] } })],
    ['the cookie twice, once empty', (id) => ({ changes: { cookies: [cookie(id), cookie('')] } })],
  ])('does not pass for none, and costs no try: %s', async (_, given) => {
    const source = fromSource('198.51.100.62');
    const { code, verificationId } = await receiveCode(world, { phoneNumber: newNumber(), changes: source });
    const { changes, ...named } = given(verificationId);
    const answers: Answer[] = [];
    const operations = await operationsDuring(world.proxy, async () => {
      answers.push(await giveCode(world, code, { ...named, changes: { ...source, ...changes } }));
    });

    expect(answers[0]).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
    expect(operations).toEqual([]);
    expect((await giveCode(world, code, { verificationId })).status).toBe(200);
  });

  it('keeps nobody from a cookie because another one came twice', async () => {
    const { code, verificationId } = await receiveCode(world, { phoneNumber: newNumber() });
    const cookies = ['theme=dark', 'theme=light', cookie(verificationId)];

    expect((await giveCode(world, code, { changes: { cookies } })).status).toBe(200);
  });
});
