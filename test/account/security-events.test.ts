import { describe, expect, it } from '@jest/globals';
import { makeRecordEventWrite, type SecurityEventType } from '../../shared/account/security-events.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeFakeClock } from '../support/fake-clock.ts';

const DAY = 24 * 3600;
const clock = makeFakeClock();
const recordEventWrite = (retentionSeconds: number) =>
  makeRecordEventWrite({ clock, randomness: csprng, retentionSeconds });
const entry = (type: SecurityEventType, retentionSeconds = 400 * DAY) =>
  recordEventWrite(retentionSeconds)({ accountId: 'an-account', type, sourceIp: '203.0.113.7' });

describe('security-events', () => {
  it('writes an entry under its account, in the order of time', () => {
    expect(entry('signed-in')).toEqual({
      kind: 'put',
      table: 'accounts',
      item: {
        pk: 'ACCOUNT#an-account',
        sk: expect.stringMatching(/^EVENT#2026-11-21T09:00:00\.000Z#[\w-]{8}$/),
        schemaVersion: 2,
        type: 'signed-in',
        occurredAt: '2026-11-21T09:00:00.000Z',
        sourceIp: '203.0.113.7',
        expiresAtEpochSeconds: clock.nowSeconds() + 400 * DAY,
      },
      condition: 'attribute_not_exists(#pk)',
    });
  });

  it('never writes two entries of one instant over each other', () => {
    const keys = Array.from({ length: 200 }, () => entry('sign-in-failed').item.sk);

    expect(new Set(keys).size).toBe(200);
  });

  it.each<[SecurityEventType, number, number]>([
    ['password-reset', 400 * DAY, 400 * DAY],
    ['sign-in-failed', 400 * DAY, 30 * DAY], // an attacker without an account can cause these by the thousand
    ['sign-in-failed', 30 * DAY, 30 * DAY],
  ])('keeps %s for as long as it should: of %d seconds %d', (type, retentionSeconds, kept) => {
    expect(entry(type, retentionSeconds).item.expiresAtEpochSeconds).toBe(clock.nowSeconds() + kept);
  });

  it('says nothing of a source where no request was', () => {
    const { item } = recordEventWrite(DAY)({ accountId: 'an-account', type: 'recovery-mail-issued', sourceIp: null });

    expect(item).not.toHaveProperty('sourceIp');
  });

  describe('of a request', () => {
    const userAgent = 'Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0';
    const device = { program: 'Firefox', system: 'Windows', kind: 'desktop' };
    const ofRequest = (
      principal: { accountId: string; sessionId: string } | null,
      event: { sourceIp: string | null; sessionId?: string },
    ) => {
      const requesters = { current: () => ({ country: null, userAgent, principal }) };
      const record = makeRecordEventWrite({ clock, randomness: csprng, retentionSeconds: DAY, requesters });
      return record({ accountId: 'an-account', type: 'signed-out', ...event }).item;
    };
    const sourceIp = '203.0.113.7';

    it('notes what the device says that it is, and the session that it came with', () => {
      const own = { accountId: 'an-account', sessionId: 'the-own' };

      expect(ofRequest(own, { sourceIp })).toMatchObject({ sourceIp, device, sessionId: 'the-own' });
    });

    it('notes the session that it is about rather than the one that it came with', () => {
      const own = { accountId: 'an-account', sessionId: 'the-own' };

      expect(ofRequest(own, { sourceIp, sessionId: 'the-ended' })).toMatchObject({ sessionId: 'the-ended' });
    });

    it("says nothing of another owner's request: no address, no device, no session", () => {
      const item = ofRequest({ accountId: 'another', sessionId: 'theirs' }, { sourceIp: null });

      expect(JSON.stringify(item)).not.toMatch(/sourceIp|device|session|Firefox|theirs/);
    });

    it("never notes another account's session", () => {
      expect(ofRequest({ accountId: 'another', sessionId: 'theirs' }, { sourceIp })).not.toHaveProperty('sessionId');
      expect(ofRequest(null, { sourceIp })).not.toHaveProperty('sessionId');
    });
  });
});
