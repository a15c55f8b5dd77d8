import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LimitNumbers } from '../../shared/limits/request-windows.ts';
import { shapesDuring } from './dynamo-shape.ts';
import { fromSource } from './fixtures.ts';
import { signUp } from './journeys.ts';
import { exhaustGlobalLimit, withoutWait } from './limit-counters.ts';
import { type EventChanges, jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** A flow that counts what strangers ask of it: by address unless its owner would pay for that, by source and in all. */
export interface LimitedFlow {
  flow: string;
  /** The limits that the world has for it. */
  limits: LimitNumbers;
  /** Opened by the suite before its tests. */
  world: () => World;
  /** A request that succeeds for an address with an account. */
  ask: (email: string, changes?: EventChanges) => Promise<Answer>;
  /** A request that costs as much and may be wrong; the same unless set. */
  spend?: LimitedFlow['ask'];
  /** What a request for an address without an account is answered within the limits. */
  unknownStatus: 200 | 401;
  /** Whether networks that have hardly spent anything pass the limit of all strangers together. */
  sparesFresh?: boolean;
  /** How much of what the limits protect a run has cost: mails, or hashes. */
  costOf: (run: () => Promise<unknown>, email: string) => Promise<number>;
}

/** The same address, as people and mail software spell it. */
const SPELLINGS = [
  'reader@bücher.example',
  'READER@BÜCHER.EXAMPLE',
  'Reader@xn--bcher-kva.example',
  'READER@xn--bcher-kva.EXAMPLE',
  'reader@XN--BCHER-KVA.example',
  'reader@bu\u0308cher.example',
  'reader@bücher\u3002example',
  'Reader@bu\u0308cher\u3002example',
];

const forgedHeaders = (forwarded: string): EventChanges => ({
  'headers.x-forwarded-for': forwarded,
  'headers.x-real-ip': '192.0.2.98',
  'headers.forwarded': 'for=192.0.2.97',
  'headers.cf-connecting-ip': '192.0.2.99',
  'headers.true-client-ip': '192.0.2.99',
  'headers.user-agent': 'another',
});

/** What every limited flow does at its limits. What only one of them does stands in its own suite. */
export const describeLimits = ({
  flow,
  limits,
  world,
  ask,
  spend = ask,
  unknownStatus,
  sparesFresh = false,
  costOf,
}: LimitedFlow): void => {
  const { perIdentifier, perSource, global } = limits;
  /** The limit that one address meets first, asked for from one source. */
  const counted = perIdentifier ?? perSource;
  const refused = (limit: number) => ({ status: 429, headers: { 'ratelimit-limit': String(limit) } });

  const spendTimes = async (times: number, email: string, changes: EventChanges = {}): Promise<void> => {
    for (let time = 0; time < times; time += 1) await spend(email, changes);
  };
  const exhaust = (email: string, changes?: EventChanges): Promise<void> => spendTimes(counted.max, email, changes);

  const counters = async (): Promise<string[]> =>
    (await world().rows('tokens'))
      .filter(({ pk }) => String(pk).startsWith(`LIMIT#${flow}/`))
      .map(({ pk, used }) => `${String(pk)} ${Number(used)}`)
      .toSorted();

  describe('its limits', () => {
    beforeEach(() => world().clock.advance(counted.windowSeconds)); // each test starts with fresh counters

    /** @asvs 2.3.2, 2.4.1, 6.3.1 */
    it('let one address be asked for as often as allowed, and tell how long to wait', async () => {
      await signUp(world(), 'often@example.com');
      await exhaust('often@example.com');
      const answers: Answer[] = [];

      const cost = await costOf(async () => answers.push(await ask('often@example.com')), 'often@example.com');

      const [answer] = answers;
      const wait = answer?.body.retry_after;
      expect(wait).toBeGreaterThanOrEqual(1);
      expect(wait).toBeLessThanOrEqual(counted.windowSeconds);
      expect(answer).toMatchObject({
        status: 429,
        headers: {
          'retry-after': String(wait),
          'ratelimit-limit': String(counted.max),
          'ratelimit-remaining': '0',
          'ratelimit-reset': String(wait),
        },
        body: { code: 'too-many-requests', status: 429 },
      });
      expect(cost).toBe(0);
    });

    it('refuse a known, a half-signed-up and an unknown address alike, with the same work', async () => {
      await signUp(world(), 'limited@example.com');
      await world().call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'half-limited@example.com' })));
      await world().deliver();
      const emails = ['limited@example.com', 'half-limited@example.com', 'nobody@example.com'];
      if (!perIdentifier) await exhaust('anybody@example.com', fromSource('192.0.2.1'));
      else for (const [index, email] of emails.entries()) await exhaust(email, fromSource(`198.51.100.${index}`));
      const answers: Answer[] = [];
      const shapes: unknown[] = [];

      for (const email of emails) {
        shapes.push(
          await shapesDuring(world().proxy, async () => answers.push(await ask(email, fromSource('192.0.2.1')))),
        );
      }

      const [known, half, unknown] = answers.map(withoutWait);
      expect({ ...known, waits: [] }).toEqual({ ...unknown, waits: [] });
      expect({ ...half, waits: [] }).toEqual({ ...unknown, waits: [] });
      expect(known?.status).toBe(429);
      for (const answer of answers) expect(new Set(withoutWait(answer).waits).size).toBe(1);
      expect(shapes[0]).toEqual(shapes[2]);
      expect(shapes[1]).toEqual(shapes[2]);
    });

    it('open again in the very second that was named, and not one before', async () => {
      await signUp(world(), 'window@example.com');
      await exhaust('window@example.com');
      const answer = await ask('window@example.com');
      world().clock.advance(answer.body.retry_after - 1);

      const tooEarly = await ask('window@example.com');
      world().clock.advance(1);
      const again = await ask('window@example.com');

      expect([tooEarly.status, tooEarly.body.retry_after]).toEqual([429, 1]);
      expect(again.status).toBe(200);
    });

    it('begin anew after every window, not only after the first', async () => {
      for (let window = 0; window < 3; window += 1) {
        await exhaust('windows@example.com');
        const answer = await ask('windows@example.com');

        expect(answer.status).toBe(429);
        world().clock.advance(answer.body.retry_after);
      }
    });

    if (perIdentifier) {
      it('count every spelling of an address as the same one', async () => {
        for (let spent = 0; spent < counted.max; spent += 1) {
          const answer = await spend(SPELLINGS[spent % SPELLINGS.length] ?? '');
          expect(answer.status).toBe(unknownStatus);
        }

        const answers = [];
        for (const spelling of SPELLINGS) answers.push(await spend(spelling));

        expect(answers.map(({ status }) => status)).toEqual(SPELLINGS.map(() => 429));
      });
    }

    /** @asvs 6.3.1, 4.1.3, 15.3.4 */
    it('count a source whatever its headers say, and other sources apart', async () => {
      await signUp(world(), 'neighbour@example.com');
      const source = fromSource('198.51.100.4');
      for (let spent = 0; spent < perSource.max; spent += 1) await spend(`source-${spent}@example.com`, source);

      const forged = [];
      for (const forwarded of ['192.0.2.99', '127.0.0.1', '198.51.100.4, 192.0.2.99', '']) {
        forged.push(await ask('neighbour@example.com', { ...source, ...forgedHeaders(forwarded) }));
      }
      const other = await ask('neighbour@example.com', fromSource('198.51.100.5'));

      expect(forged).toEqual(forged.map(() => expect.objectContaining({ status: 429 })));
      expect(forged[0]).toMatchObject(refused(perSource.max));
      expect(other.status).toBe(200);
    });

    it('count an IPv6 source by its /64, and one that is IPv4 in disguise as what it is', async () => {
      for (let spent = 0; spent < perSource.max; spent += 1) {
        const host = spent % 2 ? `2001:db8:0:7::${spent.toString(16)}` : `2001:0DB8:0000:0007:ffff::${spent}`;
        await spend(`six-${spent}@example.com`, fromSource(host));
        await spend(`four-${spent}@example.com`, fromSource('192.0.2.200'));
      }

      const same = await spend('six@example.com', fromSource('2001:db8:0:7:ffff:ffff:ffff:ffff'));
      const next = await spend('six@example.com', fromSource('2001:db8:0:8::1'));
      const disguised = await spend('four@example.com', fromSource('::ffff:192.0.2.200'));

      expect([same.status, next.status, disguised.status]).toEqual([429, unknownStatus, 429]);
    });

    it('stop a network that has spent much once the global counter is spent, until its window passes', async () => {
      const spender = fromSource('198.51.100.77');
      await signUp(world(), 'before-the-flood@example.com');
      const share = Math.ceil(perSource.max / 10);
      for (let spent = 0; spent < share; spent += 1) await spend(`flood-${spent}@example.com`, spender);
      await exhaustGlobalLimit(world(), flow, global);

      const known = await ask('before-the-flood@example.com', spender);
      const unknown = await ask('everybody@example.com', spender);
      world().clock.advance(known.body.retry_after);
      const again = await ask('before-the-flood@example.com', spender);

      expect(known).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
      expect(known).toEqual(unknown);
      expect(again.status).toBe(200);
    });

    const newcomer = sparesFresh ? 'let a network on that has spent nothing, however' : 'stop everybody, however';
    it(`${newcomer} much others have spent together`, async () => {
      await signUp(world(), 'newcomer@example.com');
      await ask('last@example.com');
      await exhaustGlobalLimit(world(), flow, global);

      const known = await ask('newcomer@example.com', fromSource('192.0.2.77'));
      const unknown = await ask('nobody-new@example.com', fromSource('192.0.2.78'));

      if (sparesFresh) expect([known.status, unknown.status]).toEqual([200, unknownStatus]);
      else expect(known).toMatchObject(refused(global.max));
      if (!sparesFresh) expect(unknown).toEqual(known);
    });

    it('let exactly as many of fifty simultaneous requests for one address through as are allowed', async () => {
      const answers: Answer[] = [];

      const cost = await costOf(async () => {
        const requests = Array.from({ length: 50 }, (_, index) =>
          spend('race@example.com', fromSource(`192.0.2.${perIdentifier ? index : 1}`)),
        );
        answers.push(...(await Promise.all(requests)));
      }, 'race@example.com');

      expect(answers.filter(({ status }) => status === unknownStatus)).toHaveLength(counted.max);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - counted.max);
      expect(cost).toBe(counted.max);
    });

    it('cost no other counter when one refuses', async () => {
      await exhaust('one-counter@example.com');
      const before = await counters();

      await spend('one-counter@example.com');

      expect(await counters()).toEqual(before);
    });
  });
};
