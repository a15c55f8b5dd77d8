import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { optionalMembersOf, withoutAbsent } from '../../shared/http/absent-members.ts';
import { GOOD_REQUESTS } from '../catalogue/catalogue.ts';
import type { GoodRequest } from '../catalogue/good-request.ts';
import type { ServiceRequest, ServiceWithRows } from '../catalogue/service.ts';
import { httpContracts } from '../support/fixtures.ts';
import { prepareIn } from '../support/service-in-world.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const membersOf = (flow: string) => optionalMembersOf(httpContracts.find((one) => one.flow === flow)?.request);

/** The request as a serializer or browser sends it that leaves no member out. */
const filledUp = (request: ServiceRequest, flow: string): ServiceRequest => {
  const { names, nullable } = membersOf(flow);
  const { body = '{}' } = request;
  if (request.body !== undefined && !request.headers?.['content-type']?.includes('json')) {
    const given = new URLSearchParams(body);
    for (const name of names) if (!given.has(name)) given.set(name, '');
    return { ...request, body: given.toString() };
  }
  const absent = [...names].filter((name) => !nullable.has(name)).map((name) => [name, null]);
  const headers = { 'content-type': 'application/json', ...request.headers };
  return { ...request, headers, body: JSON.stringify({ ...Object.fromEntries(absent), ...JSON.parse(body) }) };
};

const isChanged = ({ flow }: GoodRequest<ServiceWithRows>): boolean => {
  const { names, nullable } = membersOf(flow);
  return names.size > nullable.size;
};

describe('an optional member that is null, or a blank field of a form', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  it('is there in the contracts, and a member with a null of its own is told from it', () => {
    const { names, nullable } = membersOf('sign-in');

    expect([...names]).toEqual(expect.arrayContaining(['device_name', 'device_token']));
    expect(nullable.size).toBe(0);
    expect([...membersOf('update-profile').nullable]).toEqual(
      expect.arrayContaining(['name', 'metadata', 'phone_number']),
    );
    expect(GOOD_REQUESTS.filter(isChanged).length).toBeGreaterThan(5);
  });

  it.each(GOOD_REQUESTS.filter(isChanged))('is left out of $name', async (good) => {
    const run = await prepareIn(world, {
      ...good,
      prepare: async (service) => {
        const prepared = await good.prepare(service);
        return { ...prepared, request: () => filledUp(prepared.request(), good.flow) };
      },
    });

    const { status, text } = await run();

    expect([status, text]).toEqual([good.succeeds, expect.any(String)]);
  });

  const inner = { clearable: z.optional(z.nullable(z.string().check(z.minLength(1)))) };
  const members = optionalMembersOf(
    z.strictObject({
      wanted: z.string(),
      optional: z.optional(z.string()),
      removable: z.optional(z.nullable(z.string())),
      ...inner,
      within: z.optional(z.nullable(z.strictObject({ ...inner, optional: z.optional(z.string()) }))),
    }),
  );

  it.each([
    [{ wanted: null, optional: null, removable: null }, 'json', { wanted: null, removable: null }],
    [{ wanted: '', optional: '', removable: '' }, 'json', { wanted: '', optional: '', removable: '' }],
    [
      { clearable: '', within: { clearable: '', optional: null } },
      'json',
      { clearable: null, within: { clearable: null } },
    ],
    [{ clearable: ' ', within: null }, 'json', { clearable: ' ', within: null }],
    [{ wanted: '', optional: '', removable: ' ' }, 'form', { wanted: '' }],
    [{ wanted: 'a', optional: '\t', removable: 'b' }, 'form', { wanted: 'a', removable: 'b' }],
    [{ unknown: null, optional: 0 }, 'json', { unknown: null, optional: 0 }],
    [{ optional: null, removable: null }, 'merge-patch', { removable: null }],
  ] as const)('is all that is left out of %j in %s: %j', (fields, format, left) => {
    expect(withoutAbsent(fields, format, members)).toEqual(left);
  });
});
