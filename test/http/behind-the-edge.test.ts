import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { throughEdge } from '../support/edge-world.ts';
import { everyRoute } from '../support/fixtures.ts';
import { type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { startWorld, UNLIMITED, type World } from '../support/world.ts';

const PER_SOURCE = 3;

let world: World;

beforeAll(async () => {
  world = await startWorld({
    settings: {
      deployment: { edge: { enabled: true } },
      limits: { signUp: { ...UNLIMITED, perSource: { max: PER_SOURCE, windowSeconds: 3600 } } },
    },
  });
});
afterAll(() => world.close());

let asked = 0;

const signUp = async (changes: EventChanges): Promise<number> => {
  asked += 1;
  const event = loadEvent('sign-up/json', { ...jsonBody({ email: `reader-${asked}@example.com` }), ...changes });
  return (await world.call('sign-up', event)).status;
};

/** Uses up a source's limit. */
const useUp = async (viewerIp: string): Promise<void> => {
  for (let index = 0; index < PER_SOURCE; index += 1) await signUp(throughEdge(viewerIp));
};

describe('behind the edge', () => {
  it.each(everyRoute())('nothing is done for what came past it: $routeKey', async ({ contract, fixture }) => {
    world.proxy.calls.length = 0;

    const answer = await world.call(contract.flow, loadEvent(fixture, { 'headers.x-keyturn-viewer-address': '::1' }));

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(world.proxy.calls).toEqual([]);
    expect(JSON.parse(world.logs.at(-1) ?? '')).toMatchObject({ status: 500, error_name: 'NotThroughEdge' });
  });

  it('counts each caller apart, though all of them come by way of CloudFront', async () => {
    await useUp('203.0.113.10');

    const same = await signUp(throughEdge('203.0.113.10'));
    const other = await signUp(throughEdge('203.0.113.11'));

    expect([same, other]).toEqual([429, 200]);
  });

  it('counts a caller whatever other headers say, and whichever of its addresses CloudFront comes from', async () => {
    await useUp('203.0.113.20');

    const statuses = await Promise.all(
      ['x-forwarded-for', 'cloudfront-viewer-address', 'forwarded', 'x-real-ip'].map((header) =>
        signUp({ ...throughEdge('203.0.113.20'), [`headers.${header}`]: '192.0.2.99' }),
      ),
    );
    const elsewhere = await signUp({ ...throughEdge('203.0.113.20'), 'requestContext.http.sourceIp': '64.252.73.13' });

    expect([...statuses, elsewhere]).toEqual([429, 429, 429, 429, 429]);
  });

  it('counts callers with IPv6 by their network', async () => {
    await useUp('2001:db8:1:2::7');

    const neighbour = await signUp(throughEdge('2001:db8:1:2:ffff::1'));
    const other = await signUp(throughEdge('2001:db8:1:3::7'));

    expect([neighbour, other]).toEqual([429, 200]);
  });
});
