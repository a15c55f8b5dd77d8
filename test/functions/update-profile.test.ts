import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { profileAnswer } from '../../shared/contract/profile-answer.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { asOwner } from '../support/fixtures.ts';
import { getProfile, signIn, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { storedRows } from '../support/stored.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** @see https://github.com/minimaxir/big-list-of-naughty-strings, test/data/LICENSE.blns.MIT.txt */
const NAUGHTY_STRINGS = JSON.parse(
  readFileSync(new URL('../data/blns.json', import.meta.url), 'utf8'),
) as readonly string[];

const EMAIL = 'owner@xn--bcher-kva.example';
const START = {
  name: 'A Reader',
  nickname: 'Bookworm',
  website: 'https://reader.example/',
  address: { locality: 'Wien', country: 'AT' },
  metadata: { theme: 'dark', reader: { font: 'serif', size: 12 } },
};

describe('update-profile', () => {
  let world: World;
  let owner: SessionTokensAnswer;

  beforeAll(async () => {
    world = await startWorld();
    owner = await signUp(world, EMAIL);
  });
  afterAll(() => world.close());

  const put = (members: unknown, changes: EventChanges = {}): Promise<Answer> =>
    world.call(
      'update-profile',
      loadEvent('update-profile/put-json', { ...asOwner(owner), ...jsonBody(members), ...changes }),
    );

  const patch = (members: unknown, changes: EventChanges = {}): Promise<Answer> => {
    const body = { ...jsonBody(members), 'headers.content-type': 'application/merge-patch+json' };
    return world.call(
      'update-profile',
      loadEvent('update-profile/patch-merge', { ...asOwner(owner), ...body, ...changes }),
    );
  };

  const ifMatch = (tag: string): EventChanges => ({ 'headers.if-match': tag });

  /** The editable part of the profile as read. */
  const profile = async (): Promise<Record<string, unknown>> => {
    const { sub, email, email_verified, updated_at, ...rest } = (await getProfile(world, owner)).body;
    return rest;
  };

  beforeEach(async () => {
    expect((await put(START)).status).toBe(200);
  });

  describe('with PUT', () => {
    it('replaces the claims: what is left out is cleared, the address stays', async () => {
      world.clock.advance(1);

      const answer = await put({ name: 'B Reader', locale: 'de-AT' });

      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        sub: owner.account_id,
        email: EMAIL,
        email_verified: true,
        name: 'B Reader',
        locale: 'de-AT',
        updated_at: world.clock.nowSeconds(),
        metadata: {},
      });
      expect(profileAnswer.parse(answer.body)).toEqual(answer.body);
      expect((await getProfile(world, owner)).body).toEqual(answer.body);
    });

    it('clears everything that can be cleared', async () => {
      await put({});

      expect(await profile()).toEqual({ metadata: {} });
    });

    it('takes a form as the Dart http package sends a map', async () => {
      const answer = await world.call(
        'update-profile',
        loadEvent('update-profile/put-form', { ...asOwner(owner), ...formBody({ name: 'Form Reader', locale: 'de' }) }),
      );

      expect(answer.status).toBe(200);
      expect(await profile()).toEqual({ name: 'Form Reader', locale: 'de', metadata: {} });
    });

    it('is one conditional write and nothing else', async () => {
      expect(await operationsDuring(world.proxy, () => put(START))).toEqual(['UpdateItem']);
      expect(await operationsDuring(world.proxy, () => put({ email: EMAIL }))).toEqual(['UpdateItem']);
      expect(await operationsDuring(world.proxy, () => put({}, ifMatch('"v1"')))).toEqual(['UpdateItem']);
    });

    it('does not take a merge patch', async () => {
      const answer = await put({ name: null }, { 'headers.content-type': 'application/merge-patch+json' });

      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    });
  });

  describe('with PATCH', () => {
    it('keeps what is left out, sets what is there, removes what is null', async () => {
      const answer = await patch({ nickname: 'Wormbook', website: null, locale: 'de' });

      const { website, ...rest } = START;
      expect(answer.status).toBe(200);
      expect(await profile()).toEqual({ ...rest, nickname: 'Wormbook', locale: 'de' });
    });

    it('takes application/json as well, but no form', async () => {
      const json = await patch({ nickname: 'Json' }, { 'headers.content-type': 'application/json' });
      const form = await patch({}, formBody({ nickname: 'Form' }));

      expect(json.body.nickname).toBe('Json');
      expect(form).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    });

    it('merges metadata and the address member by member', async () => {
      await patch({ address: { country: null, region: 'W' }, metadata: { reader: { size: 14 }, beta: true } });

      expect(await profile()).toEqual({
        ...START,
        address: { locality: 'Wien', region: 'W' },
        metadata: { theme: 'dark', reader: { font: 'serif', size: 14 }, beta: true },
      });
    });

    it('replaces an array whole', async () => {
      await patch({ metadata: { tags: ['a', 'b'] } });
      await patch({ metadata: { tags: ['c'] } });

      expect((await profile()).metadata).toMatchObject({ tags: ['c'] });
    });

    it('removes all metadata, and the whole address, for null', async () => {
      await patch({ metadata: null, address: null });

      const { address, metadata, ...rest } = START;
      expect(await profile()).toEqual({ ...rest, metadata: {} });
    });

    it('may name nothing: the profile stays, its version goes on', async () => {
      const { headers } = await getProfile(world, owner);

      const answer = await patch({});

      expect(answer.status).toBe(200);
      expect(answer.headers.etag).not.toBe(headers.etag);
      expect(await profile()).toEqual(START);
    });

    it('removes what is not there without a fault', async () => {
      expect((await patch({ gender: null, middle_name: null, metadata: { nothing: null } })).status).toBe(200);
      expect(await profile()).toEqual(START);
    });

    it('is one write, or one read and one write where it has to see what it merges into', async () => {
      expect(await operationsDuring(world.proxy, () => patch({ nickname: 'x', website: null }))).toEqual([
        'UpdateItem',
      ]);
      expect(await operationsDuring(world.proxy, () => patch({ metadata: { a: 1 } }))).toEqual([
        'GetItem',
        'UpdateItem',
      ]);
    });
  });

  describe('with If-Match', () => {
    const etag = async (): Promise<string> => (await getProfile(world, owner)).headers.etag ?? '';

    it('writes where the version is still the one that was read, and answers the next one', async () => {
      const held = await etag();

      const answer = await patch({ nickname: 'Held' }, ifMatch(held));

      expect(answer.status).toBe(200);
      expect(answer.headers.etag).toMatch(/^"v\d+"$/);
      expect(answer.headers.etag).not.toBe(held);
      expect(await etag()).toBe(answer.headers.etag);
    });

    it.each(['put', 'patch', 'patch into metadata'])(
      'refuses a stale version, and changes nothing: %s',
      async (how) => {
        const stale = await etag();
        await put({ ...START, nickname: 'Other device' });
        const before = await storedRows(world);

        const answer = await (how === 'put'
          ? put({ name: 'Lost' }, ifMatch(stale))
          : patch(how === 'patch' ? { name: 'Lost' } : { metadata: { lost: 1 } }, ifMatch(stale)));

        expect(answer).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
        expect(answer.headers.etag).toBe(await etag());
        expect(await storedRows(world)).toEqual(before);
      },
    );

    it('loses no change of any number of devices that read, change and write, and try again where they are told to', async () => {
      await put({ metadata: { count: 0 } });
      const addOne = async (): Promise<number> => {
        for (let tries = 1; ; tries += 1) {
          const { body, headers } = await getProfile(world, owner);
          const metadata = { count: body.metadata.count + 1 };
          const { status } = await put({ metadata }, ifMatch(headers.etag ?? ''));
          if (status === 200) return tries;
          if (status !== 412) throw new Error(`the change was answered ${status}`);
        }
      };

      const tries = await withoutTimeouts(() => Promise.all(Array.from({ length: 8 }, addOne)));

      expect((await profile()).metadata).toEqual({ count: 8 });
      expect(Math.max(...tries)).toBeGreaterThan(1); // they did meet
    });

    it.each(['*', undefined])('writes over any version for %j', async (tag) => {
      expect((await patch({ nickname: 'Any' }, { 'headers.if-match': tag })).status).toBe(200);
    });

    it.each(['weak', 'garbage', 'empty', 'unquoted'])('never matches a tag that is %s', async (kind) => {
      const held = await etag();
      const tags: Record<string, string> = {
        weak: `W/${held}`,
        garbage: 'x"v',
        empty: '',
        unquoted: held.slice(1, -1),
      };

      const answer = await patch({ nickname: 'Never' }, ifMatch(tags[kind] ?? ''));

      expect(answer).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
    });

    it('matches one of a list', async () => {
      const held = await etag();

      expect((await patch({ nickname: 'List' }, ifMatch(`"other", ${held}, W/"v1"`))).status).toBe(200);
      expect((await patch({ nickname: 'List' }, ifMatch(`"other", ${held}, "v0"`))).status).toBe(412);
    });

    it('lets one of 20 simultaneous writers of one version win', async () => {
      const held = await etag();

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => put({ nickname: `Writer ${index}` }, ifMatch(held))),
      );

      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
      expect((await profile()).nickname).toBe(winners[0]?.body.nickname);
    });

    it('lets one of 20 simultaneous merges into metadata win', async () => {
      const held = await etag();

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => patch({ metadata: { [`writer${index}`]: 1 } }, ifMatch(held))),
      );

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
      expect(Object.keys((await profile()).metadata as object)).toHaveLength(3);
    });
  });

  describe('without If-Match', () => {
    it('loses none of 10 simultaneous merges into metadata, or says which it did not do', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => patch({ metadata: { [`writer${index}`]: index } })),
      );

      const done = answers.flatMap(({ status }, index) => (status === 200 ? [`writer${index}`] : []));
      const undone = answers.filter(({ status }) => status !== 200);
      expect(done.length).toBeGreaterThan(0);
      expect(undone.map(({ body }) => `${body.status} ${body.code}`)).toEqual(undone.map(() => '409 conflict'));
      expect(Object.keys((await profile()).metadata as object).toSorted()).toEqual(
        ['reader', 'theme', ...done].toSorted(),
      );
    });

    it('loses none of 10 simultaneous changes of different claims', async () => {
      const claims = ['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'gender'];

      const answers = await Promise.all(claims.map((claim) => patch({ [claim]: `a ${claim}` })));

      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(await profile()).toMatchObject(Object.fromEntries(claims.map((claim) => [claim, `a ${claim}`])));
    });
  });

  it('has the later of two changes of one member, and both of others, where no version is named', async () => {
    await patch({ nickname: 'Phone', gender: 'from the phone' });
    await patch({ nickname: 'Laptop', middle_name: 'from the laptop' });

    expect(await profile()).toMatchObject({
      nickname: 'Laptop',
      gender: 'from the phone',
      middle_name: 'from the laptop',
    });
  });

  describe('the address and the phone number', () => {
    it.each([EMAIL, 'OWNER@BÜCHER.example', 'owner@bu\u0308cher.example'])(
      'may be named as it is: %s',
      async (email) => {
        for (const write of [put, patch]) {
          const answer = await write({ ...START, email });
          expect([answer.status, answer.body.email]).toEqual([200, EMAIL]);
        }
        expect((await patch({ email, metadata: { a: 1 } })).status).toBe(200);
      },
    );

    it('can not be removed: an account always has an address', async () => {
      const before = await storedRows(world);
      const email = null;

      const answers = [
        await put({ name: 'x', email }),
        await patch({ name: 'x', email }),
        await patch({ metadata: { x: 1 }, email }),
      ];

      for (const answer of answers) {
        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'invalid-request', errors: [{ field: 'email', code: 'not-editable' }] },
        });
      }
      expect(await storedRows(world)).toEqual(before);
    });

    /** @asvs 2.2.3 */
    it('can not be set here: a phone number is proven first', async () => {
      const before = await storedRows(world);

      for (const write of [put, patch]) {
        const answer = await write({ phone_number: '+436601234567' });
        expect(answer).toMatchObject({
          status: 400,
          body: { errors: [{ field: 'phone_number', code: 'not-editable' }] },
        });
      }
      expect(await storedRows(world)).toEqual(before);
      expect((await patch({ phone_number: null })).status).toBe(200);
    });
  });

  describe('metadata', () => {
    const ofBytes = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });
    const levels = (count: number): unknown => (count === 0 ? 1 : { a: levels(count - 1) });

    it.each<[string, unknown]>([
      ['large, small and broken numbers', { a: 1e300, b: -1e-300, c: 0.1, d: 123456789012345680000, e: -0, f: 1.5e-7 }],
      ['names that objects have', JSON.parse('{"constructor":{"prototype":1},"toString":2,"hasOwnProperty":3}')],
      ['names that DynamoDB would not take', { '': 1, '#a': 2, ':b': 3, 'a.b[0]': 4, S: 5, 'ключ 🦊': 6 }],
      ['empty things', { a: '', b: [], c: {}, d: [[]], e: [null] }],
      ['text with everything in it', { a: '\u0000\u001f"\\\u2028 <script> \ud83e\udd8a' }],
      ['4,096 bytes', ofBytes(4096)],
      ['8 levels', { a: levels(7) }],
    ])('keeps %s as they are', async (_, metadata) => {
      const answer = await put({ metadata });

      expect(answer.status).toBe(200);
      expect((await profile()).metadata).toEqual(JSON.parse(JSON.stringify(metadata)));
    });

    it.each<[string, unknown]>([
      ['4,097 bytes', ofBytes(4097)],
      ['4,097 bytes in fewer characters', { a: `${'é'.repeat(2044)}x` }],
      ['9 levels', { a: levels(8) }],
      ['9 levels of arrays', { a: [[[[[[[[1]]]]]]]] }],
    ])('of %s is refused, and nothing is changed', async (_, metadata) => {
      const before = await storedRows(world);

      for (const answer of [await put({ metadata }), await patch({ metadata })]) {
        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'invalid-request', errors: [{ field: 'metadata', code: 'too-large' }] },
        });
      }
      expect(await storedRows(world)).toEqual(before);
    });

    it('is bounded by what a merge makes of it, not by the patch', async () => {
      await put({ metadata: ofBytes(4000) });

      const answer = await patch({ metadata: { b: 'x'.repeat(200) } });

      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'metadata', code: 'too-large' }] } });
    });

    it.each([[[]], ['text'], [7], [true]])('is an object and not %j', async (metadata) => {
      const answer = await put({ metadata });

      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'metadata', code: 'wrong-type' }] } });
    });

    it.each([
      ['as deep as arrays can be', `{"metadata":{"a":${'['.repeat(8000)}${']'.repeat(8000)}}}`],
      ['as deep as objects can be', `{"metadata":${'{"a":'.repeat(2700)}1${'}'.repeat(2700)}}`],
    ])('%s is refused without harm', async (_, body) => {
      for (const answer of [await put(body), await patch(body)]) {
        expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'metadata', code: 'too-large' }] } });
      }
    });
  });

  it.each<[string, unknown]>([
    ['name', '\u200b'],
    ['name', ' '],
    ['name', 'x'.repeat(257)],
    ['name', 'two\nlines'],
    ['name', 'a\u0000b'],
    ['name', '\ud83e'],
    ['given_name', 7],
    ['family_name', ['x']],
    ['nickname', { x: 1 }],
    ['website', 'javascript:note(1)'],
    ['website', 'not a url'],
    ['website', 'http:example.com'],
    ['website', 'https:\\\\example.com'],
    ['website', 'http:///example.com'],
    ['website', 'http://exa%6dple.com'],
    ['website', 'http://0x7f.1/'],
    ['website', 'http://1.2.3'],
    ['website', 'https://ｅｘａｍｐｌｅ.com'],
    ['website', 'https://example.com/%zz'],
    ['website', 'https://example.com/[x]'],
    ['website', 'https://example.com/a#b#c'],
    ['website', 'http://ex_ample.com'],
    ['website', 'http://.'],
    ['website', 'https://example.com@example.org'],
    ['website', 'https://example.com\\notes'],
    ['website', ' https://example.com/'],
    ['website', 'https://example.com/ '],
    ['website', 'https://exa mple.com/'],
    ['website', 'https://example.com/a b'],
    ['website', 'https://?query'],
    ['website', 'ftp://example.com/'],
    ['website', `https://example.com/${'x'.repeat(2048)}`],
    ['picture', 'data:image/png;base64,AAAA'],
    ['profile', '//example.com'],
    ['birthdate', '1984-13-01'],
    ['birthdate', '01/02/1984'],
    ['birthdate', '2001-02-29'],
    ['birthdate', '1900-02-29'],
    ['birthdate', '1984-04-31'],
    ['birthdate', '1984-00-01'],
    ['birthdate', '1984-12-00'],
    ['birthdate', '1984-12'],
    ['zoneinfo', 'Mars/Olympus'],
    ['zoneinfo', '+02:00'],
    ['zoneinfo', 'BST'],
    ['zoneinfo', 'PST'],
    ['zoneinfo', 'ECT'],
    ['zoneinfo', 'SystemV/PST8PDT'],
    ['zoneinfo', 'europe/vienna'],
    ['zoneinfo', 'Factory'],
    ['locale', 'C'],
    ['sub', 7],
    ['email_verified', 'yes'],
    ['locale', '../../notes.txt'],
    ['address', 'text'],
    ['address', { planet: 'Earth' }],
    ['address', { locality: ['x'] }],
    ['address', { formatted: '\u200b' }],
    ['address', { formatted: ' ' }],
    ['address', { street_address: '\u2800' }],
    ['address', { street_address: 'a\u0000b' }],
    ['email', 'not an address'],
    ['email', ['owner@example.com']],
    ['phone_number', 436601234567],
  ])('names the field of %s %j, repeats nothing and changes nothing', async (field, value) => {
    const before = await storedRows(world);

    const answer = await put({ ...START, [field]: value });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(answer.body.errors[0].field).toMatch(new RegExp(`^${field}`));
    expect(await storedRows(world)).toEqual(before);
  });

  it.each([
    ['zoneinfo', 'CEST', 'time-zone-abbreviation', /abbreviation .* such as Europe\/Vienna/],
    ['zoneinfo', 'pst', 'time-zone-abbreviation', /abbreviation/],
    ['zoneinfo', '+02:00', 'not-a-time-zone', /an offset from UTC is none/],
    ['zoneinfo', 'Mars/Olympus', 'not-a-time-zone', /IANA/],
    ['website', 'http:example.com', 'not-a-web-address', /https:\/\//],
    ['birthdate', '2001-02-29', 'not-a-date', /YYYY-MM-DD/],
    ['locale', 'C', 'not-a-language-tag', /de-AT/],
    ['email', 'not an address', 'not-an-email-address', /name@example\.org/],
    ['nickname', '\u200b', 'nothing-visible', /seen/],
    ['nickname', 'two\nlines', 'not-one-line', /one line/],
    ['sub', 7, 'wrong-type', /openapi\.json/],
  ])('says of %s %j what would be right, to programs as %s', async (field, value, code, detail) => {
    const { body } = await put({ ...START, [field]: value });

    expect(body.errors).toEqual([{ field, code, detail: expect.stringMatching(detail) }]);
    expect(body.detail).toBe(`${field}: ${body.errors[0].detail}`);
    expect(body).not.toHaveProperty('hint');
  });

  it.each<[string, unknown]>([
    ['birthdate', '1984'],
    ['birthdate', '0000-12-25'],
    ['birthdate', '0000-02-29'],
    ['birthdate', '2000-02-29'],
    ['birthdate', '0099-12-31'],
    ['zoneinfo', 'Europe/Vienna'],
    ['zoneinfo', 'America/Argentina/ComodRivadavia'],
    ['zoneinfo', 'Asia/Calcutta'],
    ['zoneinfo', 'US/Pacific'],
    ['zoneinfo', 'Etc/GMT+1'],
    ['zoneinfo', 'UTC'],
    ['locale', 'th-TH-u-ca-buddhist-nu-thai'],
    ['locale', 'th-TH-u-nu-thai-x-lvariant-TH'],
    ['name', 'O'],
    ['website', 'http://example.com'],
    ['website', 'https://example.com:8080/a?b=c#d'],
    ['website', 'HTTPS://example.com/'],
    ['website', 'https://[2001:db8::1]/'],
    ['locale', 'zh-Hant-TW'],
    ['name', 'x'.repeat(256)],
    ['name', 'O\'Hara"); -- a note'],
    ['name', '{{hello}} #{hello} <b>'],
    ['website', 'https://münchen.example/ä?q=ö#ü'],
  ])('takes %s %j as it is', async (field, value) => {
    const answer = await put({ [field]: value });

    expect([answer.status, answer.body[field]]).toEqual([200, value]);
    expect((await profile())[field]).toBe(value);
  });

  /** As people have them: of one letter, of ninety, with apostrophes, of two scripts, with marks and joiners, right to left. */
  const NAMES = [
    'O',
    '王',
    'É',
    'Wolfeschlegelsteinhausenbergerdorff-Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Sr.',
    "Siobhán O'Brien-D’Angelo, Jr.",
    'Nguyễn Thị Minh Khai',
    'Þórbjörg Ægisdóttir',
    'Łukasz Żółć',
    'Ελευθέριος Βενιζέλος',
    'Александра Щёголева',
    'Արամ Խաչատրյան',
    'ქეთევან გელოვანი',
    'يوسف عبد الرحمن',
    'דוד בן־גוריון',
    'फ़ातिमा शेख़',
    'রবীন্দ্রনাথ ঠাকুর',
    'ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ',
    'ಕ್ರಿಷ್ಣ',
    'ශ්\u200dරී ලංකා',
    'தமிழ்ச்செல்வி',
    'สมศักดิ์ ใจดี',
    'ຄຳແພງ',
    'အောင်ဆန်း',
    'ខៀវ សំផន',
    'አበበ ቢቂላ',
    'ᏍᏏᏉᏯ',
    'ཚེ་རིང',
    'ᠪᠠᠲᠤ',
    '山田 太郎',
    'フランシスコ・ザビエル',
    '김민수',
    '𠮷野家 太郎',
    'می\u200cخواهم',
    'e\u0301 decomposed',
    'X Æ A-12',
    'Null',
    'undefined',
    "Robert'); -- a name",
    '🦊 Fox',
  ];

  it('keeps the names of people as they are, to the code unit, in every script', async () => {
    expect(NAMES.some((name) => name.length >= 89)).toBe(true);
    for (const name of NAMES) {
      const answer = await put({ name, family_name: name, nickname: name });

      expect([answer.status, answer.body.name]).toEqual([200, name]);
      expect(await profile()).toMatchObject({ name, family_name: name, nickname: name });
    }
  });

  it('takes each of the big list of naughty strings for a name and keeps it as it is, or says what is wrong with it', async () => {
    const refusals = new Map<string, number>();
    let kept = 0;
    for (const name of NAUGHTY_STRINGS.filter((text) => text.length <= 256)) {
      const answer = await patch({ nickname: name });

      const [error] = answer.body.errors ?? [];
      if (answer.status === 200) {
        expect(answer.body.nickname ?? '').toBe(name);
        kept += 1;
      } else {
        expect([answer.status, error.field]).toEqual([400, 'nickname']);
        refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
      }
    }

    // Lines, control characters, and texts that show nothing, and no other.
    expect([...refusals.keys()].toSorted()).toEqual(['not-one-line', 'nothing-visible']);
    expect([...refusals.values()].reduce((sum, count) => sum + count)).toBeLessThan(kept / 20);
  });

  it('writes a locale as BCP 47 has it, however the platform does', async () => {
    expect((await put({ locale: 'de_AT' })).body.locale).toBe('de-AT');
    expect((await patch({ locale: 'de_AT.UTF-8' })).body.locale).toBe('de-AT');
  });

  it.each(['9007199254740993', '1e400', '0.12345678901234567890'])(
    'keeps no number of the metadata that would become another: %s is refused, and nothing is changed',
    async (number) => {
      const before = await storedRows(world);

      for (const answer of [
        await put(`{"metadata":{"id":${number}}}`),
        await patch(`{"metadata":{"a":[${number}]}}`),
      ]) {
        expect(answer).toMatchObject({
          status: 400,
          body: { code: 'invalid-request', errors: [{ field: 'metadata', code: 'inexact-number' }] },
        });
      }
      expect(await storedRows(world)).toEqual(before);
    },
  );

  it('clears a claim for an empty text, as a blank field of an app gives it', async () => {
    const { name, website, address, ...rest } = START;

    const put1 = await put({ ...START, name: '', website: '', address: { locality: '', country: 'AT' } });
    const kept = await profile();
    await patch({ nickname: '', address: { country: '' } });

    expect(put1.status).toBe(200);
    expect(kept).toEqual({ ...rest, address: { country: 'AT' } });
    expect(await profile()).toEqual({ metadata: START.metadata, address: {} });
  });

  it.each(['metadata', 'address'])(
    'takes an empty text in the place of the object %s for a mistake, and clears nothing',
    async (field) => {
      const before = await storedRows(world);

      for (const write of [put, patch]) {
        expect(await write({ ...START, [field]: '' })).toMatchObject({
          status: 400,
          body: { errors: [{ field, code: 'wrong-type' }] },
        });
      }
      expect(await storedRows(world)).toEqual(before);
    },
  );

  it('takes its own answer back, one member changed, for the version that it was', async () => {
    const { body, headers } = await getProfile(world, owner);

    const answer = await put({ ...body, nickname: 'Changed' }, ifMatch(headers.etag ?? ''));
    const again = await put({ ...answer.body, sub: owner.account_id.toUpperCase(), session: {}, pending: [] });

    expect([answer.status, answer.body]).toEqual([
      200,
      { ...body, nickname: 'Changed', updated_at: expect.any(Number) },
    ]);
    expect(again.status).toBe(200);
    expect(await profile()).toEqual({ ...START, nickname: 'Changed' });
  });

  it.each<[string, unknown]>([
    ['sub', '00000000-0000-4000-8000-000000000000'],
    ['email_verified', false],
    ['phone_number_verified', true],
  ])('does not change %s, which comes back with an answer', async (field, value) => {
    const before = await storedRows(world);

    for (const write of [put, patch]) {
      const answer = await write({ ...START, [field]: value });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field, code: 'not-editable' }] } });
    }
    expect(await storedRows(world)).toEqual(before);
  });

  it('is for the owner whose id is written in capitals, as Swift writes one', async () => {
    const capitals = { 'pathParameters.user_id': owner.account_id.toUpperCase() };

    expect((await patch({ nickname: 'Capitals' }, capitals)).status).toBe(200);
  });

  it('speaks for the database being down, and the profile is as it was', async () => {
    const before = await storedRows(world);
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const answer = await put({ name: 'Lost' });
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await storedRows(world)).toEqual(before);
  });

  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

    const answer = await put({ name: 'Lost' });

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
  });

  it('gives up a merge that keeps losing, and changes nothing by it', async () => {
    const signedIn = (await signIn(world, EMAIL)).body;
    const patchAs = (value: number) =>
      world.call(
        'update-profile',
        loadEvent('update-profile/patch-merge', {
          ...asOwner(signedIn),
          ...jsonBody({ metadata: { [`busy${value}`]: value } }),
        }),
      );

    const answers = await withoutTimeouts(() => Promise.all(Array.from({ length: 60 }, (_, index) => patchAs(index))));

    const statuses = new Set(answers.map(({ status }) => status));
    const kept = Object.keys((await profile()).metadata as object).filter((name) => name.startsWith('busy'));
    expect([...statuses].filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect(statuses).toContain(409);
    expect(kept).toHaveLength(answers.filter(({ status }) => status === 200).length);
  });

  it('leaves one line in the log, with the account and nothing of the profile', async () => {
    const before = world.logs.length;
    const secrets = { name: 'Canary Of Profile', metadata: 'canary-of-metadata', address: 'Canary Street 17' };

    await put({ name: secrets.name, metadata: { x: secrets.metadata }, address: { street_address: secrets.address } });
    await put({ name: [secrets.name], unknown: secrets.metadata });

    const lines = world.logs.slice(before);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'request', flow: 'update-profile', status: 200, account_id: owner.account_id },
      { event: 'request', flow: 'update-profile', status: 400, code: 'invalid-request' },
    ]);
    expect(leaksIn(lines, { ...secrets, token: owner.access_token, email: EMAIL })).toEqual([]);
  });
});
