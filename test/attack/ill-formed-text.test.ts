import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BodyFormat, HttpContract } from '../../shared/contract/contract.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner, bodyAs, everyRoute, fieldsOf, type RouteCase } from '../support/fixtures.ts';
import { getProfile, signIn, signUp } from '../support/journeys.ts';
import { type EventChanges, loadEvent } from '../support/load-event.ts';
import { startWorld, type World } from '../support/world.ts';

/** Lone surrogates: a high one, a low one, both in the wrong order, and one inside a text. */
const HALVES = ['\ud83d', '\ude00', '\ude00\ud83d', 'read\ud83der'];

/** The same surrogates and other invalid UTF-8, as octets. @see RFC 3629 §3, §4 */
const OCTETS: [string, number[]][] = [
  ['half a character, written as UTF-8 would', [0xed, 0xa0, 0xbd]],
  ['both halves, each written so', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['Latin-1', [0x72, 0xe9, 0x65]],
  ['a character cut off', [0xf0, 0x9f, 0x98]],
  ['a NUL in two octets', [0xc0, 0x80]],
  ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
];

const percentEncoded = (octets: readonly number[]): string =>
  octets.map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');

/** Members that are objects, with their text members. */
const NESTED: Readonly<Record<string, (text: string) => unknown[]>> = {
  address: (text) => ['formatted', 'street_address', 'locality', 'country'].map((member) => ({ [member]: text })),
  metadata: (text) => [{ a: text }, { [text]: 1 }, { a: [{ b: [1, text] }] }, { a: { [text]: null } }],
};

const membersOf = ({ request }: HttpContract): string[] =>
  Object.keys((request as unknown as { shape: object } | undefined)?.shape ?? {});

type Ill = [what: string, changes: EventChanges];

const base64 = (parts: readonly (string | readonly number[])[]): EventChanges => ({
  body: Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('base64'),
  isBase64Encoded: true,
});

const inJson = (format: BodyFormat, { contract, fixture }: RouteCase): Ill[] => {
  const fields = fieldsOf(fixture);
  const type = { 'headers.content-type': bodyAs(format, {})['headers.content-type'] };
  return membersOf(contract).flatMap((name): Ill[] => [
    ...HALVES.flatMap((text) =>
      (NESTED[name]?.(text) ?? [text]).map((value): Ill => {
        const sent = { ...fields, [name]: value };
        return [`${name}: ${JSON.stringify(value)}, escaped`, bodyAs(format, JSON.stringify(sent))];
      }),
    ),
    [`${name}: half a character as it is`, { ...type, body: `{"${name}":"\ud83d"}`, isBase64Encoded: false }],
    ...OCTETS.map(
      ([what, octets]): Ill => [`${name}: ${what}`, { ...type, ...base64([`{"${name}":"`, octets, '"}']) }],
    ),
    [`the name ${name} with half a character`, bodyAs(format, JSON.stringify({ ...fields, [`${name}\ud83d`]: 'x' }))],
  ]);
};

const inForm = ({ contract }: RouteCase): Ill[] =>
  membersOf(contract).flatMap((name) =>
    OCTETS.flatMap(([what, octets]): Ill[] => [
      [`${name}: ${what}, percent-encoded`, bodyAs('form', `${name}=${percentEncoded(octets)}`)],
      [`the name ${name} with ${what}`, bodyAs('form', `${name}${percentEncoded(octets)}=x`)],
      [`${name}: ${what} as it is`, { ...bodyAs('form', ''), ...base64([`${name}=`, octets]) }],
    ]),
  );

const BESIDE_THE_BODY: Ill[] = [
  ...HALVES.flatMap((text): Ill[] => [
    ['the path', { rawPath: `/profile/${text}` }],
    ['a path parameter', { 'pathParameters.user_id': text }],
    ['another path parameter', { 'pathParameters.factor': text }],
    ['the query', { rawQueryString: `lang=${text}` }],
    ['a parameter of the query', { 'queryStringParameters.lang': text }],
    ['the name of one', { [`queryStringParameters.${text}`]: 'x' }],
    ['a cookie', { cookies: ['a=b', `__Host-verification=${text}`] }],
    ...[
      'authorization',
      'accept',
      'accept-language',
      'content-type',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'user-agent',
      'x-other',
    ].map((name): Ill => [`the header ${name}`, { [`headers.${name}`]: text }]),
    ['the name of a header', { [`headers.${text}`]: 'x' }],
  ]),
  ...OCTETS.map(
    ([what, octets]): Ill => [
      `the query: ${what}`,
      { rawQueryString: `lang=${percentEncoded(octets)}`, 'queryStringParameters.lang': '\ufffd' },
    ],
  ),
];

describe('ill-formed text', () => {
  let world: World;
  let owner: SessionTokensAnswer;

  beforeAll(async () => {
    world = await startWorld();
    owner = await signUp(world, 'owner@example.com');
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.proxy.calls.length = 0;
  });

  const call = ({ contract, fixture }: RouteCase, changes: EventChanges) =>
    world.call(contract.flow, loadEvent(fixture, { ...(contract.caller !== 'anyone' && asOwner(owner)), ...changes }));

  /** Answers that differ from the expected refusal. */
  const wrongAnswers = async (one: RouteCase, ills: readonly Ill[]): Promise<string[]> => {
    const wrong: string[] = [];
    for (const [what, changes] of ills) {
      const { status, body, text } = await call(one, changes);
      if (status !== 400 || body.code !== 'invalid-request' || !one.contract.problems.includes(body.code)) {
        wrong.push(`${what}: ${status} ${body.code}`);
      }
      if (!text.isWellFormed() || /\\ud[89a-f]/i.test(text)) wrong.push(`${what}: is repeated`);
    }
    return wrong;
  };

  const withBody = everyRoute().flatMap((one) => (one.route.accepts ?? []).map((format) => ({ ...one, format })));

  it.each(withBody)('is refused in every field, and name of one, before any work: $routeKey, $format', async (one) => {
    const ills = one.format === 'form' ? inForm(one) : inJson(one.format, one);

    const wrong = await wrongAnswers(one, ills);

    expect(ills.length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
    expect(world.proxy.calls).toEqual([]);
  });

  it.each(everyRoute())('is refused in path, query, cookies and headers, before any work: $routeKey', async (one) => {
    const wrong = await wrongAnswers(one, BESIDE_THE_BODY);

    expect(wrong).toEqual([]);
    expect(world.proxy.calls).toEqual([]);
  });

  it('is named by the member that it is in, and never repeated', async () => {
    const patch = everyRoute().find(({ routeKey }) => routeKey.startsWith('PATCH')) as RouteCase;
    const errorsOf = async (json: string) => (await call(patch, bodyAs('merge-patch', json))).body.errors;

    expect(await errorsOf('{"nickname":"\\ud83d"}')).toMatchObject([{ field: 'nickname', code: 'ill-formed-text' }]);
    expect(await errorsOf('{"name":"Ada","metadata":{"a":[{"\\ud83d":1}]}}')).toMatchObject([
      { field: 'metadata', code: 'ill-formed-text' },
    ]);
    expect(await errorsOf('{"name":"Ada","\\ud83d":1}')).toMatchObject([
      { field: '(unnamed)', code: 'ill-formed-text' },
    ]);
  });

  /** @asvs 1.1.1 */
  it('is told from what only looks like it: pairs, a backslash before a u, and a lone percent sign', async () => {
    const patch = everyRoute().find(({ routeKey }) => routeKey.startsWith('PATCH')) as RouteCase;
    const metadata =
      '{"\\ud83d\\ude00":"\\uD83D\\uDE00","\\\\ud83d":"\\\\\\\\ud83d","\\u0000":"a\\u0000b","\ufffd":"\ufffd"}';

    const answer = await call(patch, {
      ...bodyAs('merge-patch', `{"nickname":"\\ud83e\\udd8a","metadata":${metadata}}`),
      rawQueryString: 'discount=50%25&off=50%&word=%C3%A9',
    });

    expect(answer.status).toBe(200);
    expect((await getProfile(world, owner)).body).toMatchObject({
      nickname: '🦊',
      metadata: { '😀': '😀', '\\ud83d': '\\\\ud83d', '\0': 'a\0b', '\ufffd': '\ufffd' },
    });
  });

  it('costs no account a way in: a password is never read as another', async () => {
    const password = 'correct horse \ufffd battery'; // as a lenient decoder would read it
    const octets = [...Buffer.from('correct horse '), 0xff, ...Buffer.from(' battery')];
    const signInWith = (changes: EventChanges) => world.call('sign-in', loadEvent('sign-in/form', changes));

    const escaped = await signIn(world, 'owner@example.com', 'correct horse \ud83d battery');
    const encoded = await signInWith(bodyAs('form', `email=owner%40example.com&password=${percentEncoded(octets)}`));
    const replaced = await signIn(world, 'owner@example.com', password);

    expect([escaped, encoded].map(({ status, body }) => [status, body.code])).toEqual([
      [400, 'invalid-request'],
      [400, 'invalid-request'],
    ]);
    expect(replaced.body.code).toBe('invalid-credentials');
  });
});
