import { describe, expect, it } from '@jest/globals';
import { sourceIpOf } from '../../shared/http/source-ip.ts';
import { throughEdge } from '../support/edge-world.ts';
import { type EventChanges, loadEvent } from '../support/load-event.ts';

const VIEWER = '203.0.113.99';

/** Every header by which a client, or a proxy on the way, can claim an address. */
const CLAIMS: EventChanges = {
  'headers.x-keyturn-viewer-address': VIEWER,
  'headers.cloudfront-viewer-address': `${VIEWER}:4711`,
  'headers.x-forwarded-for': VIEWER,
  'headers.forwarded': `for=${VIEWER}`,
  'headers.x-real-ip': VIEWER,
  'headers.true-client-ip': VIEWER,
};

const ask = (changes: EventChanges, isBehindEdge: boolean): string =>
  sourceIpOf(loadEvent('sign-in/json', changes), isBehindEdge);

describe('source-ip', () => {
  /** @asvs 4.1.3, 15.3.4 */
  it('is the TCP peer where no edge is, whatever headers say', () => {
    const source = ask({ ...CLAIMS, 'requestContext.http.sourceIp': '198.51.100.4' }, false);

    expect(source).toBe('198.51.100.4');
  });

  it('is the TCP peer where no edge is, even with what looks like a pass', () => {
    const source = ask({ ...throughEdge(VIEWER), 'requestContext.http.sourceIp': '198.51.100.4' }, false);

    expect(source).toBe('198.51.100.4');
  });

  it.each(['203.0.113.7', '2001:db8:1:2::7', '::1', '2001:DB8::203.0.113.7'])(
    'is behind the edge whom CloudFront saw: %s',
    (viewerIp) => {
      expect(ask(throughEdge(viewerIp), true)).toBe(viewerIp);
    },
  );

  /** @asvs 4.1.3, 15.3.4 */
  it('is behind the edge whom CloudFront saw, whatever other headers say', () => {
    const source = ask({ ...CLAIMS, ...throughEdge('203.0.113.7') }, true);

    expect(source).toBe('203.0.113.7');
  });

  it.each<[string, EventChanges]>([
    ['no pass', { ...throughEdge(VIEWER), 'requestContext.authorizer': undefined }],
    ['an empty pass', { ...throughEdge(VIEWER), 'requestContext.authorizer': { lambda: {} } }],
    ['no pass but an authorizer', { ...throughEdge(VIEWER), 'requestContext.authorizer': { lambda: null } }],
    ['a pass of another kind', { ...throughEdge(VIEWER), 'requestContext.authorizer': { jwt: { via: 'cloudfront' } } }],
    ['no header of CloudFront', throughEdge(undefined as unknown as string)],
    ['an empty one', throughEdge('')],
    ['two addresses in it', throughEdge(`${VIEWER},203.0.113.7`)],
    ['a port in it', throughEdge(`${VIEWER}:4711`)],
    ['a name in it', throughEdge('localhost')],
  ])('is nobody behind the edge with %s', (_, changes) => {
    expect(() => ask(changes, true)).toThrow(expect.objectContaining({ name: 'NotThroughEdge' }));
  });
});
