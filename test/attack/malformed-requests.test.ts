import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { problemSchema } from '../../functions/describe-service/problem-schema.ts';
import type { BodyFormat, HttpContract } from '../../shared/contract/contract.ts';
import { PROBLEMS, Problem, type ProblemCode } from '../../shared/contract/problems.ts';
import { validate } from '../../shared/http/validate.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { CODE_LIKE_TEXTS } from '../support/code-like-texts.ts';
import { asOwner, bodyAs, everyRoute, fieldsOf, type RouteCase } from '../support/fixtures.ts';
import { getProfile, signIn, signUp } from '../support/journeys.ts';
import { type EventChanges, loadEvent } from '../support/load-event.ts';
import { storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/**
 * The typeable part of the Big List of Naughty Strings, with texts of our own for the rest.
 *
 * @see https://github.com/minimaxir/big-list-of-naughty-strings, test/data/LICENSE.blns.MIT.txt
 */
const NAUGHTY = [
  ...(JSON.parse(readFileSync(new URL('../data/blns.json', import.meta.url), 'utf8')) as string[]),
  ...CODE_LIKE_TEXTS,
];

/** Fields per route that each text is tried in over HTTP; one where a password is hashed, which is slow. */
const FIELDS_EACH = 3;

const MEDIA = { 'headers.content-type': 'application/json' };

/** Members that may be objects, boolean ones, and numbers; all others are text. */
const OBJECTS = new Set(['metadata', 'address']);
const FLAGS = new Set(['end_other_sessions', 'email_verified']);
const NUMBERS = new Set(['max_age']);

/** What comes back of an answer and is always ignored (docs/adr/0041). */
const IGNORED = new Set(['updated_at', 'pending', 'session']);

const shapeOf = ({ request }: HttpContract): string[] =>
  Object.keys((request as unknown as { shape: object } | undefined)?.shape ?? {});

const raw = (body: string | Buffer, changes: EventChanges = {}): EventChanges => ({
  body: Buffer.from(body).toString('base64'),
  isBase64Encoded: true,
  ...changes,
});

type Malformation = [what: string, changes: EventChanges, code: ProblemCode];

/** Bodies that are invalid in every format. */
const ofAnyFormat = (format: BodyFormat, fields: Record<string, unknown>): Malformation[] => {
  const type = String(bodyAs(format, fields)['headers.content-type']).replace(/;.*/, '');
  const sent = { 'headers.content-type': type };
  const body = JSON.stringify(fields);
  return [
    ['more than 16 KiB', raw('x'.repeat(17 * 1024), sent), 'body-too-large'],
    ['more than 16 KiB as text', { ...sent, body: 'x'.repeat(17 * 1024), isBase64Encoded: false }, 'body-too-large'],
    ['1 MiB', raw('x'.repeat(1024 * 1024), sent), 'body-too-large'],
    ['bytes that are no UTF-8', raw(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), sent), 'invalid-request'],
    ['broken base64', { ...sent, body: `${'e30='.repeat(3)}=x`, isBase64Encoded: true }, 'invalid-request'],
    ['no content type', raw(body, { 'headers.content-type': undefined }), 'unsupported-media-type'],
    ['an empty content type', raw(body, { 'headers.content-type': '' }), 'unsupported-media-type'],
    ['plain text', raw(body, { 'headers.content-type': 'text/plain' }), 'unsupported-media-type'],
    ['XML', raw('<a/>', { 'headers.content-type': 'application/xml' }), 'unsupported-media-type'],
    ['multipart', raw(body, { 'headers.content-type': 'multipart/form-data; boundary=x' }), 'unsupported-media-type'],
    ['latin1', raw(body, { 'headers.content-type': `${type}; charset=latin1` }), 'unsupported-media-type'],
    ['two content types', raw(body, { 'headers.content-type': `${type},${type}` }), 'unsupported-media-type'],
    ['no body and no type', { body: undefined, 'headers.content-type': undefined }, 'invalid-request'],
  ];
};

const ofJson = (format: BodyFormat, fields: Record<string, unknown>, names: string[]): Malformation[] => {
  const as = (json: string): EventChanges => bodyAs(format, json);
  const json = JSON.stringify(fields);
  const [first = ''] = names;
  const deep = '['.repeat(8000) + ']'.repeat(8000);
  const wholes = ['"text"', '7', 'null', 'true', '[]', `[${json}]`, '', ' ', '{', '{"a"}', "{'a':1}", 'NaN', deep];
  const wrongTypes = [7, 1e5, true, ['x'], [['x']], []];
  return [
    ...wholes.map(
      (whole): Malformation => [`${whole.slice(0, 12)} instead of an object`, as(whole), 'invalid-request'],
    ),
    ['an unknown field', as(JSON.stringify({ ...fields, is_admin: true })), 'invalid-request'],
    [
      'a field twice',
      as(json.replace('{', `{${JSON.stringify(first)}:"x",${JSON.stringify(first)}:"y",`)),
      'invalid-request',
    ],
    ['__proto__', as(json.replace('{', '{"__proto__":{"note":1},')), 'invalid-request'],
    ['__proto__ escaped', as(json.replace('{', '{"\\u005f_proto__":{"note":1},')), 'invalid-request'],
    ['constructor', as(JSON.stringify({ ...fields, constructor: { prototype: { x: 1 } } })), 'invalid-request'],
    ...names
      .filter((name) => !IGNORED.has(name))
      .flatMap((name) => [
        ...wrongTypes
          .filter((wrong) => !(FLAGS.has(name) && wrong === true))
          .filter((wrong) => !(NUMBERS.has(name) && wrong === 7))
          .map(
            (wrong): Malformation => [
              `${JSON.stringify(wrong)} as ${name}`,
              as(JSON.stringify({ ...fields, [name]: wrong })),
              'invalid-request',
            ],
          ),
        ...(OBJECTS.has(name)
          ? [[`text as ${name}`, as(JSON.stringify({ ...fields, [name]: 'x' })), 'invalid-request'] as Malformation]
          : [[`{} as ${name}`, as(JSON.stringify({ ...fields, [name]: {} })), 'invalid-request'] as Malformation]),
        [`nesting without end as ${name}`, as(`{"${name}":${deep}}`), 'invalid-request'] as Malformation,
      ]),
  ];
};

const ofForm = (fields: Record<string, unknown>, [first = '']: string[]): Malformation[] => {
  const form = new URLSearchParams(fields as Record<string, string>).toString();
  const as = (text: string): EventChanges => bodyAs('form', text);
  return [
    ['an unknown field', as(`${form}&is_admin=true`), 'invalid-request'],
    ['a field twice', as(`${first}=x&${form}&${first}=x`), 'invalid-request'],
    [
      'a field twice, escaped',
      as(`${form}&${first}=x&%${first.charCodeAt(0).toString(16)}${first.slice(1)}=x`),
      'invalid-request',
    ],
    ['a field as PHP writes arrays', as(`${first}[]=x`), 'invalid-request'],
    ['a field as Rails writes objects', as(`${first}[x]=x`), 'invalid-request'],
    ['__proto__', as(`${form}&__proto__=x`), 'invalid-request'],
    ['__proto__ as qs reads it', as(`${form}&__proto__[note]=1`), 'invalid-request'],
    ['JSON', as(JSON.stringify(fields)), 'invalid-request'],
    ['half an escape', as(`${form}&x=%E0%A4%A`), 'invalid-request'],
    ['an escape that is no UTF-8', as(`${first}=%ff`), 'invalid-request'],
  ];
};

interface Case extends RouteCase {
  format: BodyFormat;
}

const withBody: Case[] = everyRoute().flatMap((one) => (one.route.accepts ?? []).map((format) => ({ ...one, format })));

describe('malformed requests', () => {
  let world: World;
  let owner: SessionTokensAnswer;
  /** Sessions for the routes that end them, or others. */
  const sessionsOf: Record<string, SessionTokensAnswer> = {};

  beforeAll(async () => {
    world = await startWorld();
    owner = await signUp(world, 'owner@example.com');
    sessionsOf['sign-out'] = (await signIn(world, 'owner@example.com')).body;
    sessionsOf['delete-account'] = await signUp(world, 'leaver@example.com');
    sessionsOf['revoke-session'] = await signUp(world, 'of-others@example.com');
  });
  afterAll(() => world.close());

  const call = ({ contract, fixture }: RouteCase, changes: EventChanges): Promise<Answer> => {
    const session = sessionsOf[contract.flow] ?? owner;
    const caller = contract.caller === 'anyone' ? {} : asOwner(session);
    return world.call(contract.flow, loadEvent(fixture, { ...caller, ...changes }));
  };

  /** What is wrong with an answer; `null` for a well-formed problem that the contract lists. */
  const complaint = ({ contract }: RouteCase, answer: Answer): string | null => {
    const document = problemSchema.safeParse(answer.body);
    if (!document.success) return `no problem document: ${answer.status} ${answer.text}`;
    const { code, status } = document.data;
    if (status !== answer.status || PROBLEMS[code].status !== status) return `${code} with status ${answer.status}`;
    if (status >= 500) return code;
    return contract.problems.includes(code) ? null : `${code} is not in the contract`;
  };

  it('has a route for each of what there is', () => {
    expect(withBody.length).toBeGreaterThanOrEqual(17);
  });

  /** @asvs 2.2.1, 1.5.2, 15.3.5, 15.3.6 */
  it.each(withBody)('change nothing and are answered as documented: $routeKey, $format', async (one) => {
    const { contract, fixture, format } = one;
    const fields = fieldsOf(fixture);
    const names = shapeOf(contract);
    const malformations = [
      ...ofAnyFormat(format, fields),
      ...(format === 'form' ? ofForm(fields, Object.keys(fields)) : ofJson(format, fields, names)),
    ];
    const before = await storedRows(world);

    const wrong: string[] = [];
    // Routes with an optional body treat none as an empty one.
    const isEmpty = ({ body }: EventChanges): boolean => body === undefined || body === '';
    const malformed = malformations.filter(([, changes]) => !(one.route.bodyOptional && isEmpty(changes)));
    for (const [what, changes, code] of malformed) {
      const answer = await call(one, changes);
      const complained = complaint(one, answer);
      if (complained || answer.body.code !== code) wrong.push(`${what}: ${complained ?? answer.body.code}`);
    }

    expect(names.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
    expect(await storedRows(world)).toEqual(before);
    expect(({} as { note?: unknown }).note).toBeUndefined();
  });

  it.each(everyRoute())('answer as documented whatever the headers say: $routeKey', async (one) => {
    const endless = 'x'.repeat(8000);
    const headers = [
      'authorization',
      'accept',
      'accept-language',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'keyturn-step-up',
      'origin',
      'sec-fetch-site',
      'user-agent',
      'cookie',
      'range',
    ];
    const many = ['', ' ', endless, '\u0000', '../../notes.txt', '*', ',,,', '"', 'é', '🦊', 'Bearer ', '{"a":1}'];
    const values = one.contract.hashing ? many.slice(0, 3) : many; // hashing is slow

    const wrong: string[] = [];
    for (const name of headers) {
      for (const value of values) {
        const answer = await call(one, { [`headers.${name}`]: value });
        const fine = answer.status < 400 || complaint(one, answer) === null;
        if (!fine) wrong.push(`${name}: ${JSON.stringify(value.slice(0, 20))}: ${answer.status} ${answer.body.code}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  describe('the big list of naughty strings, and text that looks like code', () => {
    it.each(everyRoute().filter(({ route }) => route.accepts))(
      'as any field breaks no schema: $routeKey',
      ({ contract, fixture }) => {
        const fields = fieldsOf(fixture);

        for (const name of shapeOf(contract)) {
          for (const text of NAUGHTY) {
            for (const value of OBJECTS.has(name) ? [text, { locality: text }, { [text]: text }] : [text]) {
              try {
                // biome-ignore lint/style/noNonNullAssertion: the filter above has seen it
                validate(contract.request!, { ...fields, [name]: value });
              } catch (error) {
                expect(error).toBeInstanceOf(Problem);
                expect((error as Problem).code).toBe('invalid-request');
              }
            }
          }
        }
      },
    );

    /** @asvs 2.2.1 */
    it.each(everyRoute().filter(({ route }) => route.accepts))(
      'in turn as every field is answered as documented: $routeKey',
      async (one) => {
        const fields = fieldsOf(one.fixture);
        const names = shapeOf(one.contract).filter((name) => !OBJECTS.has(name));
        const [format = 'json'] = one.route.accepts ?? [];
        const everySo = ['sign-in', 'change-password'].includes(one.contract.flow) ? 20 : 1; // hashing is slow
        const texts = NAUGHTY.filter((_, index) => index % everySo === 0);

        const turns = one.contract.hashing ? 1 : Math.min(FIELDS_EACH, names.length);

        const wrong: string[] = [];
        for (const [index, text] of texts.entries()) {
          for (let turn = 0; turn < turns; turn += 1) {
            const name = names[(index + turn) % names.length] ?? '';
            const answer = await call(one, bodyAs(format, { ...fields, [name]: text }));
            const fine = answer.status === 200 || complaint(one, answer) === null;
            if (!fine) wrong.push(`${name} ${JSON.stringify(text)}: ${answer.status} ${answer.body.code}`);
          }
        }

        expect(wrong).toEqual([]);
      },
    );

    it('is kept in metadata as it is, as names and as values', async () => {
      const chunks = Array.from({ length: Math.ceil(NAUGHTY.length / 16) }, (_, n) =>
        NAUGHTY.slice(16 * n, 16 * n + 16),
      );
      const patch = everyRoute().find(({ routeKey }) => routeKey.startsWith('PATCH'));
      if (!patch) throw new Error('no route to patch');

      for (const texts of chunks) {
        const metadata = Object.fromEntries(
          texts.filter((text) => text.length < 200 && text !== '__proto__').map((text) => [text, text]),
        );
        await call(patch, bodyAs('merge-patch', { metadata: null }));
        const answer = await call(patch, bodyAs('merge-patch', { metadata }));

        expect(answer.status).toBe(200);
        expect((await getProfile(world, owner)).body.metadata).toEqual(JSON.parse(JSON.stringify(metadata)));
      }
    });
  });

  it('made at random are answered as documented by every route', async () => {
    const json = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify({ email: value, token: value, password: value })),
      fc.string({ unit: 'binary' }),
    );
    const headers = fc.record({
      'headers.content-type': fc.constantFrom(
        MEDIA['headers.content-type'],
        'application/x-www-form-urlencoded',
        undefined,
      ),
      'headers.authorization': fc.oneof(fc.constant(`Bearer ${owner.access_token}`), fc.string({ unit: 'binary' })),
      'headers.idempotency-key': fc.oneof(fc.constant(undefined), fc.string()),
      'headers.if-match': fc.oneof(fc.constant(undefined), fc.string()),
      isBase64Encoded: fc.boolean(),
      body: json,
    });
    /** Without a field, a session asks for a code to the own number: that is no malformed request. */
    const asksForCode = ({ contract }: RouteCase, { body }: { body: string }): boolean =>
      contract.flow === 'request-verification' && ['', '{}'].includes(body.trim());
    const before = await storedRows(world);

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...withBody), headers, async (one, changes) => {
        fc.pre(!asksForCode(one, changes));
        const answer = await call(one, changes);
        const created = answer.status === 200 && one.contract.flow === 'update-profile'; // {} is a valid patch
        expect(created ? null : complaint(one, answer)).toBeNull();
      }),
      { numRuns: 400, seed: 20261121 },
    );

    const others = (row: string) => !row.includes(owner.account_id);
    expect((await storedRows(world)).filter(others)).toEqual(before.filter(others));
  });
});
