import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import { everyRoute } from '../support/fixtures.ts';
import { leaksIn } from '../support/leaks.ts';
import { loadEvent } from '../support/load-event.ts';
import { UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';
import { readDocument } from './answers.ts';
import { fillIn } from './fill-in.ts';
import { type Holdings, hold } from './holdings.ts';
import { requestsTo } from './requests.ts';

/** Requests to each route; `npm run fuzz` sets more. */
const CASES = Number(process.env.KEYTURN_FUZZ_CASES ?? 60);
/** The same in every run of the tests, so that a commit passes or fails for good; `npm run fuzz` draws one. */
const SEED = Number(process.env.KEYTURN_FUZZ_SEED ?? 20_261_129);
/** Part of the routes to be asked: `POST /sessions`. */
const ONLY = process.env.KEYTURN_FUZZ_ROUTE ?? '';

/** Holdings that a success uses up are renewed so often at a route; then the requests go on with what is left. */
const RENEWALS = 2;

/** After so many requests the codes that are held are too old. */
const OLD = 250;

const HUGE = { max: 1_000_000, windowSeconds: 3600 };
const UNLIMITED = { perIdentifier: HUGE, perSource: HUGE, global: HUGE };
const FLOWS = [
  'signUp',
  'signIn',
  'requestRecovery',
  'requestVerification',
  'accountVerification',
  'ownerVerification',
] as const;

const routes = everyRoute().filter(({ routeKey }) => routeKey.includes(ONLY));

describe(`requests of every shape (seed ${SEED})`, () => {
  let world: World;
  let faultOf: Awaited<ReturnType<typeof readDocument>>;
  const secrets: Record<string, string> = {};

  beforeAll(async () => {
    const { perIdentifier: _, ...requestSignInLink } = UNLIMITED; // counts no address
    const limits = { ...Object.fromEntries(FLOWS.map((flow) => [flow, UNLIMITED])), requestSignInLink };
    world = await startWorld({ settings: { limits, sms: UNHINDERED_SMS } });
    faultOf = await readDocument(world);
  });
  afterAll(() => world.close());

  const renew = async (): Promise<Holdings> => {
    const holdings = await hold(world);
    for (const [name, text] of Object.entries(holdings))
      if (text.length >= 16 && !name.endsWith('id')) secrets[`${name} of ${holdings.email}`] = text;
    return holdings;
  };

  /** @asvs 2.2.1, 16.5.1 */
  it.each(routes)(
    'are answered as the OpenAPI document says, and never with a fault of ours: $routeKey',
    async (one) => {
      let holdings = await renew();
      let renewals = 0;
      const faults: string[] = [];
      const statuses: Record<number, number> = {};

      for (const [index, request] of fc.sample(requestsTo(one), { seed: SEED, numRuns: CASES }).entries()) {
        const event = fillIn(one, request, holdings);
        const answer = await world.call(one.contract.flow, event);
        world.clock.advance(0.1);

        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        const fault = faultOf(one.routeKey, answer, event.headers.accept?.includes('text/html') ?? false);
        if (fault !== null) faults.push(`request ${index}: ${fault}\n${JSON.stringify(event)}`);
        const isUsedUp = answer.status < 300 && one.route.method !== 'GET' && renewals < RENEWALS;
        if (isUsedUp) renewals += 1;
        if (isUsedUp || index % OLD === OLD - 1) holdings = await renew();
      }

      expect(faults.slice(0, 3)).toEqual([]);
      expect(Object.keys(statuses).filter((status) => Number(status) < 400)).not.toEqual([]); // some get through
    },
  );

  it('do not stop a stream either: whatever keys its records have, each batch is answered and none fails', async () => {
    const [record] = loadEvent<DynamoDBStreamEvent>('deliver-messages/one-insert').Records;
    const key = fc.oneof(
      fc
        .constantFrom('INTENT#', 'SMS#', 'ACCOUNT#', '')
        .chain((word) => fc.uuid().map((id) => ({ S: `${word}${id}` }))),
      fc.string({ minLength: 1, maxLength: 60 }).map((S) => ({ S })),
      fc.constantFrom({ N: '1' }, { NULL: true }, undefined),
    );
    const one = fc.record({ pk: key, eventName: fc.constantFrom('INSERT', 'MODIFY', 'REMOVE'), hasKeys: fc.boolean() });

    const failed: unknown[] = [];
    for (const batch of fc.sample(fc.array(one, { maxLength: 10 }), { seed: SEED, numRuns: CASES })) {
      const Records = batch.map(({ pk, eventName, hasKeys }, index) => ({
        ...record,
        eventName,
        dynamodb: { SequenceNumber: `${index}`, ...(hasKeys && { Keys: { ...(pk && { pk }), sk: { S: 'INTENT' } } }) },
      }));
      const { batchItemFailures } = await world.stream('deliver-messages', { Records });
      failed.push(...batchItemFailures);
    }

    expect(failed).toEqual([]);
  });

  it('leave nothing that can not be delivered, and no secret in a log', async () => {
    const failed = await world.deliver();

    expect(failed).toBe(0);
    expect(Object.keys(secrets).length).toBeGreaterThan(0);
    expect(leaksIn(world.logs, secrets)).toEqual([]);
  });
});
