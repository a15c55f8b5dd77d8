import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { asOwner, bodyAs } from '../support/fixtures.ts';
import { getProfile, recoveryToken, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { bearer, type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { outside } from '../support/outside.ts';
import { storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Every request that writes a profile. */
const WRITES = ['update-profile/put-json', 'update-profile/put-form', 'update-profile/patch-merge'] as const;

/** Members that no client may set: internal ones, identities, and what was proven. */
const NOT_THEIRS: [string, unknown][] = [
  ['sub', NOBODY],
  ['account_id', NOBODY],
  ['accountId', NOBODY],
  ['user_id', NOBODY],
  ['email_verified', false],
  ['phone_number_verified', true],
  ['updatedAtEpochSeconds', 0],
  ['createdAtEpochSeconds', 0],
  ['epoch', 99],
  ['revokedSessions', {}],
  ['profileVersion', 1],
  ['schemaVersion', 99],
  ['pk', 'ACCOUNT#x'],
  ['sk', 'EVENT#x'],
  ['claims', { name: 'x' }],
  ['claims.name', 'x'],
  ['password', 'a much better horse'],
  ['phc', '$argon2id$'],
  ['role', 'admin'],
  ['roles', ['admin']],
  ['address.locality', 'x'],
  ['address[locality]', 'x'],
  ['metadata.theme', 'x'],
  ['is_admin', true],
  ['constructor', { prototype: { polluted: true } }],
  ['prototype', { polluted: true }],
  ['toString', 'x'],
  ['__proto__', { polluted: true }],
  ['#epoch', 99],
  [':epoch', 99],
  ['$set', { epoch: 99 }],
];

describe('the profile under attack', () => {
  let world: World;
  let owner: SessionTokensAnswer;
  let other: SessionTokensAnswer;

  beforeAll(async () => {
    world = await startWorld();
    owner = await signUp(world, 'owner@example.com');
    other = await signUp(world, 'other@example.com');
  });
  afterAll(() => world.close());

  const write = (fixture: string, changes: EventChanges): Promise<Answer> =>
    world.call('update-profile', loadEvent(fixture, changes));

  const bodyFor = (fixture: string, fields: Record<string, unknown> | string): EventChanges => {
    if (fixture.endsWith('put-form')) return bodyAs('form', fields);
    return bodyAs(fixture.endsWith('patch-merge') ? 'merge-patch' : 'json', fields);
  };

  /** @asvs 8.2.2 */
  it.each(WRITES)(
    "writes to nobody else's profile, and tells an id that exists from none in no way: %s",
    async (fixture) => {
      const before = await storedRows(world);
      const answers: Answer[] = [];

      const operations = await operationsDuring(world.proxy, async () => {
        for (const id of [other.account_id, NOBODY, '', 'x', `${owner.account_id}/`]) {
          const changes = { ...bearer(owner.access_token), pathParameters: { user_id: id } };
          answers.push(await write(fixture, { ...changes, ...bodyFor(fixture, { name: 'Mallory' }) }));
          answers.push(await write(fixture, { ...changes, ...bodyFor(fixture, '{{{') }));
        }
      });

      expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not-found' } });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(operations).toEqual([]);
      expect(await storedRows(world)).toEqual(before);
    },
  );

  describe.each(WRITES)('by %s', (fixture) => {
    /** @asvs 8.2.3, 15.3.3 */
    it.each(NOT_THEIRS)('sets no %s', async (field, value) => {
      const before = await storedRows(world);
      const json = `{"name":"x",${JSON.stringify(field)}:${JSON.stringify(value)}}`;
      const form = `name=x&${encodeURIComponent(field)}=${encodeURIComponent(String(value))}`;

      const answer = await write(fixture, {
        ...asOwner(owner),
        ...bodyFor(fixture, fixture.endsWith('put-form') ? form : json),
      });

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(answer.body.errors).toHaveLength(1);
      expect(['unknown-field', 'forbidden-field', 'not-editable']).toContain(answer.body.errors[0].code);
      expect(await storedRows(world)).toEqual(before);
      expect((new outside.Object() as { polluted?: boolean }).polluted).toBeUndefined();
    });
  });

  it.each<[string, unknown]>([
    ['updated_at', 0],
    ['pending', { email: { new: 'x@example.com' } }],
    ['session', { epoch: 99 }],
  ])('ignores %s, which comes back with an answer', async (field, value) => {
    const json = { name: 'x', [field]: value };

    const answer = await write('update-profile/put-json', { ...asOwner(owner), ...jsonBody(json) });

    expect([answer.status, answer.body.name]).toEqual([200, 'x']);
    expect(answer.body[field]).not.toEqual(value);
    expect((await getProfile(world, owner)).body).toEqual(answer.body);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('takes no %s inside the address either', async (name) => {
    const before = await storedRows(world);

    const answer = await write('update-profile/put-json', {
      ...asOwner(owner),
      ...jsonBody(`{"address":{"${name}":{"polluted":true}}}`),
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(await storedRows(world)).toEqual(before);
  });

  it('keeps metadata that looks like the account apart from the account', async () => {
    const metadata = Object.fromEntries(NOT_THEIRS.filter(([name]) => name !== '__proto__'));

    await write('update-profile/put-json', { ...asOwner(owner), ...jsonBody({ metadata }) });
    const { body, status } = await getProfile(world, owner);

    expect(status).toBe(200);
    expect(body.metadata).toEqual(metadata);
    expect(body).toMatchObject({ sub: owner.account_id, email: 'owner@example.com', email_verified: true });
    expect(body).not.toHaveProperty('role');
  });

  it.each([
    '#epoch = :epoch',
    ':now',
    'attribute_not_exists(#pk)',
    'SET #epoch = :one',
    '"} , {"S": "x',
    "' AND 'a'='b",
    '{"$eq":"x"}',
    '../../../notes.txt',
  ])('takes %j for a name like any other', async (name) => {
    const answers = await Promise.all(
      WRITES.map((fixture) => write(fixture, { ...asOwner(owner), ...bodyFor(fixture, { name, nickname: name }) })),
    );

    expect(answers.map(({ body }) => body.name)).toEqual([name, name, name]);
    expect((await getProfile(world, owner)).body).toMatchObject({ name, nickname: name });
  });

  /** @asvs 1.2.1, 3.2.1 */
  it('answers markup in a name as JSON that no browser runs', async () => {
    const name = '<script>note(1)</script>';

    const answer = await write('update-profile/put-json', { ...asOwner(owner), ...jsonBody({ name }) });

    expect(answer.body.name).toBe(name);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it.each(WRITES)('takes no write from a session that has ended: %s', async (fixture) => {
    const session: SessionTokensAnswer = (await signIn(world, 'other@example.com')).body;
    await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));
    const before = await storedRows(world);

    for (const tag of [undefined, '*', '"v1"']) {
      const answer = await write(fixture, {
        ...asOwner(session),
        ...bodyFor(fixture, { name: 'Mallory' }),
        'headers.if-match': tag,
      });
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
    expect(await storedRows(world)).toEqual(before);
  });

  it('takes no merge into metadata from a session that has ended', async () => {
    const session: SessionTokensAnswer = (await signIn(world, 'other@example.com')).body;
    await world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));

    const answer = await write('update-profile/patch-merge', {
      ...asOwner(session),
      ...bodyAs('merge-patch', { metadata: { x: 1 } }),
    });

    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('lets no thief with a session write once the owner has reset the password, however close they race', async () => {
    const thief = await signUp(world, 'raced@example.com');
    const token = await recoveryToken(world, 'raced@example.com');
    const steal = (index: number, fields: Record<string, unknown>) =>
      write('update-profile/patch-merge', {
        ...asOwner(thief),
        ...bodyAs('merge-patch', { ...fields, gender: `${index}` }),
      });

    const [reset] = await Promise.all([
      resetPassword(world, token, 'a much better horse'),
      ...Array.from({ length: 10 }, (_, index) => steal(index, index % 2 ? { metadata: { index } } : {})),
    ]);
    const after = await storedRows(world);
    const late = [await steal(99, {}), await steal(99, { metadata: { late: true } })];

    expect(reset?.status).toBe(200);
    expect(late.map(({ body }) => body.code)).toEqual(['unauthenticated', 'unauthenticated']);
    expect(await storedRows(world)).toEqual(after);
  });
});
