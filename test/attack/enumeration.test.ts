import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { shapeOf } from '../support/dynamo-shape.ts';
import { asOwner } from '../support/fixtures.ts';
import { newestToken, recoveryToken, resetPassword, signUp } from '../support/journeys.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { act } from '../support/operator.ts';
import { everythingStored } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** One address of each kind, all of the same length, so that the size of a request doesn't reveal the kind. */
const STATES = {
  unknown: 'aaaaaaa@example.com',
  known: 'bbbbbbb@example.com',
  'half signed up': 'ccccccc@example.com',
  'asked for recovery': 'ddddddd@example.com',
  'reset just now': 'eeeeeee@example.com',
  'signed out': 'fffffff@example.com',
  suspended: 'iiiiiii@example.com',
} as const;

type State = keyof typeof STATES;

const states = Object.entries(STATES) as [State, string][];

/** Requests by which an anonymous caller names an address. */
const WAYS: [string, string, (email: string) => EventChanges][] = [
  ['request-recovery', 'request-recovery/json', (email) => jsonBody({ email })],
  ['request-recovery', 'request-recovery/form', (email) => formBody({ email })],
  ['request-sign-in-link', 'request-sign-in-link/json', (email) => jsonBody({ email })],
  ['request-sign-in-link', 'request-sign-in-link/form', (email) => formBody({ email })],
  ['sign-up', 'sign-up/json', (email) => jsonBody({ email })],
  ['sign-up', 'sign-up/form', (email) => formBody({ email })],
  ['sign-in', 'sign-in/json', (email) => jsonBody({ email, password: 'not the right one' })],
  ['sign-in', 'sign-in/form', (email) => formBody({ email, password: 'not the right one' })],
  ['sign-in', 'sign-in/json', (email) => jsonBody({ email, password: 'horse\0battery' })],
];

interface Observation {
  answer: Answer;
  calls: DynamoCall[];
  hashes: number;
}

describe('who has an account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    for (const state of ['known', 'asked for recovery', 'reset just now', 'signed out', 'suspended'] as const) {
      const session = await signUp(world, STATES[state]);
      if (state === 'suspended') await act(world, 'suspend', session.account_id);
      if (state === 'signed out') await world.call('sign-out', loadEvent('sign-out/delete', asOwner(session)));
    }
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: STATES['half signed up'] })));
    await recoveryToken(world, STATES['asked for recovery']);
    await resetPassword(world, await recoveryToken(world, STATES['reset just now']), 'a much better horse');
    await world.deliver();
  });
  afterAll(() => world.close());

  const observe = async (flow: string, fixture: string, changes: EventChanges): Promise<Observation> => {
    const before = world.proxy.calls.length;
    let answer: Answer | undefined;
    const { count } = await hashesDuring(async () => {
      answer = await world.call(flow, loadEvent(fixture, changes));
    });
    if (!answer) throw new Error('no answer');
    return { answer, calls: world.proxy.calls.slice(before), hashes: count };
  };

  describe.each(WAYS)('%s (%s)', (flow, fixture, changesFor) => {
    let unknown: Observation;

    beforeAll(async () => {
      unknown = await observe(flow, fixture, changesFor(STATES.unknown));
    });

    it.each(states)('answers an address that is %s byte for byte what it answers an unknown one', async (_, email) => {
      const { answer } = await observe(flow, fixture, changesFor(email));

      expect(answer).toEqual(unknown.answer);
    });

    it.each(states)('does for an address that is %s the work that it does for an unknown one', async (_, email) => {
      const { calls, hashes } = await observe(flow, fixture, changesFor(email));

      expect(calls.map(shapeOf)).toEqual(unknown.calls.map(shapeOf));
      expect(calls.map(({ consumedCapacity }) => consumedCapacity)).toEqual(
        unknown.calls.map(({ consumedCapacity }) => consumedCapacity),
      );
      expect(hashes).toBe(unknown.hashes);
    });

    it.each(states)('sends the database for an address that is %s as many bytes', async (_, email) => {
      const { calls } = await observe(flow, fixture, changesFor(email));

      // Shard numbers, windows and fractions of a second may differ by a digit.
      const sizes = (all: DynamoCall[]) => all.map(({ body }) => JSON.stringify(body).length);
      for (const [index, size] of sizes(calls).entries()) {
        expect(Math.abs(size - (sizes(unknown.calls)[index] ?? 0))).toBeLessThanOrEqual(4);
      }
    });
  });

  it('asks for recovery in one round trip, whoever is asked for', async () => {
    for (const [, email] of states) {
      const { calls } = await observe('request-recovery', 'request-recovery/json', jsonBody({ email }));

      expect(calls.map(({ operation }) => operation)).toEqual(['TransactWriteItems']);
    }
    await world.deliver();
  });

  it('is not told by an outage either', async () => {
    for (const [flow, fixture, changesFor] of WAYS) {
      const answers: Answer[] = [];
      for (const [, email] of states) {
        world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'access-denied' });
        answers.push(await world.call(flow, loadEvent(fixture, changesFor(email))));
        world.proxy.heal();
      }

      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(answers[0]?.status).toBe(500);
    }
  });

  it('is not told by mail that can not be sent: the request was answered before', async () => {
    await world.deliver();
    await world.setFault({ service: 'ses', next: 2, error: 'MessageRejected' });

    const known = await observe('request-recovery', 'request-recovery/json', jsonBody({ email: STATES.known }));
    await world.deliver();
    const unknown = await observe('request-recovery', 'request-recovery/json', jsonBody({ email: STATES.unknown }));
    await world.deliver();
    await world.setFault({ service: 'ses', next: 0, error: 'MessageRejected' });
    await world.deliver();

    expect(known.answer).toEqual(unknown.answer);
  });

  it('is told to nobody but the reader of the mailbox, and a stranger reads nothing', async () => {
    const stranger = 'ggggggg@example.com';

    await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email: stranger })));
    await world.call(
      'sign-in',
      loadEvent('sign-in/json', jsonBody({ email: stranger, password: 'not the right one' })),
    );
    await world.deliver();

    expect(await world.mailsTo(stranger)).toEqual([]);
    expect(await everythingStored(world)).not.toContain('ggggggg');
  });

  it('is not told by a token: a wrong, used, expired and foreign one, and the sibling of a used one, answer the same', async () => {
    await signUp(world, 'tokens@example.com');
    const sibling = await recoveryToken(world, 'tokens@example.com');
    world.clock.advance(900);
    const used = await recoveryToken(world, 'tokens@example.com');
    await resetPassword(world, used, 'a much better horse');
    world.clock.advance(1);
    const expired = await recoveryToken(world, 'tokens@example.com');
    world.clock.advance(24 * 3600 + 1);
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'hhhhhhh@example.com' })));
    await world.deliver();
    const foreign = await newestToken(world, 'hhhhhhh@example.com');

    const answers = await Promise.all(
      [sibling, used, expired, foreign, '0'.repeat(26), 'short'].map((token) =>
        resetPassword(world, token, 'another good password'),
      ),
    );

    expect(sibling).not.toBe(used);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
  });
});
