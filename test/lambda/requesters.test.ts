import { describe, expect, it } from '@jest/globals';
import { makeRequesters } from '../../shared/lambda/requesters.ts';

const of = (userAgent: string) => ({ userAgent, principal: null, country: null });

describe('requesters', () => {
  it('keep parallel requests apart, however their waits interleave', async () => {
    const requesters = makeRequesters();
    const released = Promise.withResolvers<void>();
    const seenLate = (userAgent: string) =>
      requesters.serve(of(userAgent), async () => {
        await released.promise;
        return requesters.current()?.userAgent;
      });

    const both = Promise.all([seenLate('one'), seenLate('other')]);
    released.resolve();

    expect(await both).toEqual(['one', 'other']);
  });

  it('are none outside of a request, and after it', async () => {
    const requesters = makeRequesters();

    await requesters.serve(of('one'), async () => {});

    expect(requesters.current()).toBeNull();
  });
});
