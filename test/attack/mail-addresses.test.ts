import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyAs, everyRoute, fieldsOf } from '../support/fixtures.ts';
import { signIn } from '../support/journeys.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { startWorld, type World } from '../support/world.ts';

/** Local parts that some mail software decodes, so that it would send to another address than the checked one. */
const DECODED = [
  '=?utf-8?q?reader?=',
  '=?utf-8?b?cmVhZGVy?=',
  '=?iso-8859-1?q?reader?=',
  'books=?utf-8?q?reader?=books',
  '=?utf-8?q?reader',
  '=?reader?=',
].map((localPart) => `${localPart}@example.com`);

/** Local parts that a server may read as a route to another host, a file or a program. */
const ROUTED = ['reader%other.example', 'other.example!reader', '/home/reader', '|reader', '-reader'].map(
  (localPart) => `${localPart}@example.com`,
);

/** Every way to send an address to sign-up. */
const signUps = everyRoute()
  .filter(({ contract }) => contract.flow === 'sign-up')
  .flatMap((one) => (one.route.accepts ?? []).map((format) => ({ ...one, format })));

describe('addresses that mail software reads otherwise', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  it.each(signUps)('get no new account where mail software decodes them: $routeKey, $format', async (one) => {
    world.proxy.calls.length = 0;

    for (const email of [...DECODED, ...DECODED.map((text) => text.toUpperCase())]) {
      const fields = { ...fieldsOf(one.fixture), email };
      const answer = await world.call(one.contract.flow, loadEvent(one.fixture, bodyAs(one.format, fields)));

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'email', code: 'misread-email-address' }] },
      });
    }
    expect(world.proxy.calls).toEqual([]);
  });

  it('get no new account where they lead to elsewhere', async () => {
    for (const email of ROUTED) {
      for (const body of [jsonBody({ email }), formBody({ email })]) {
        const answer = await world.call('sign-up', loadEvent('sign-up/json', body));

        expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ field: 'email' }] } });
      }
    }
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('keep the account that they may have got before: sign-in and recovery read them', async () => {
    for (const email of [...ROUTED, ...DECODED]) {
      const recovery = await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));

      expect(recovery.status).toBe(200);
      expect((await signIn(world, email)).body.code).toBe('invalid-credentials');
    }
  });
});
