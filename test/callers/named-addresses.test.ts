import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { keysOf } from '../../shared/settings/trusted-caller-settings.ts';
import { startFakeSiteverify } from '../support/fake-siteverify.ts';
import { everyRoute, fromSource, httpContracts } from '../support/fixtures.ts';
import { GOOD_PASSWORD, newAddress, openAccount } from '../support/journeys.ts';
import { type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { newestCode } from '../support/second-factor.ts';
import { withCaptchaToken } from '../support/solving-world.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import { NAMED_ADDRESS_FLOWS, type SigningCaller, signEvent } from '../support/trusted-caller.ts';
import { giveCode, logged, newNumber, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, UNLIMITED, UNLIMITED_BUT_FOR_AN_ADDRESS, type World } from '../support/world.ts';

const PER_SOURCE = 3;
const BACK_END = '203.0.113.200';
const NEWEST: SigningCaller = { keyId: 'web/3', secret: 'the-newest-secret-of-the-shop-0123456789abcdef' };
const BEFORE: SigningCaller = { keyId: 'web/2', secret: 'the-secret-before-of-the-shop-0123456789abcdef' };
const OTHER: SigningCaller = { keyId: 'kiosk/1', secret: 'the-secret-of-another-back-end-0123456789abcd' };

const perSource = { max: PER_SOURCE, windowSeconds: 3600 };
const NARROW = {
  signUp: { ...UNLIMITED, perSource },
  signIn: { ...UNLIMITED, perSource },
  requestRecovery: { ...UNLIMITED_BUT_FOR_AN_ADDRESS, perSource },
  requestSignInLink: { ...UNLIMITED_BUT_FOR_AN_ADDRESS, perSource },
  requestVerification: { ...UNLIMITED, perSource },
  accountVerification: { ...UNLIMITED, perSource },
  ownerVerification: { ...UNLIMITED, perSource },
};
const TRUSTING = {
  limits: NARROW,
  sms: { countries: ['AT'], ...UNHINDERED_SMS },
  trustedCallers: [{ id: 'web', secretGeneration: 3 }, { id: 'kiosk' }],
};
const SECRETS = Object.fromEntries([NEWEST, BEFORE, OTHER].map(({ keyId, secret }) => [keyId, secret]));

/** The five flows, each with a request. */
const FLOWS = everyRoute().filter(({ contract }) => NAMED_ADDRESS_FLOWS.includes(contract.flow));

let world: World;
let addresses = 0;

beforeAll(async () => {
  world = await startWorld({ settings: TRUSTING, callerSecrets: SECRETS });
});
afterAll(() => world.close());

/** An address in a /24 of its own. */
const newPerson = (): string => {
  addresses += 1;
  return `100.${64 + (addresses >> 8)}.${addresses & 255}.9`;
};

const signed = (
  event: APIGatewayProxyEventV2,
  address: string,
  { by = NEWEST, at = world }: { by?: SigningCaller; at?: World } = {},
): APIGatewayProxyEventV2 => signEvent(event, { ...by, address, nowSeconds: at.clock.nowSeconds() });

const fromBackEnd = (fixture: string, changes: EventChanges = {}) =>
  loadEvent(fixture, { ...fromSource(BACK_END), ...changes });

/** A request of a flow that nothing but a limit refuses: no number gets two codes within the half minute. */
const freshEvent = (flow: string, fixture: string) =>
  fromBackEnd(fixture, flow === 'request-verification' ? jsonBody({ phone_number: newNumber() }) : {});

const signUpEvent = (changes: EventChanges = {}) =>
  fromBackEnd('sign-up/json', { ...jsonBody({ email: newAddress() }), ...changes });

const statusOf = async (flow: string, event: APIGatewayProxyEventV2) => (await world.call(flow, event)).status;

/** One after another. */
const times = async <T>(count: number, make: () => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
};

describe('a back end that is trusted', () => {
  it('is for each flow whose limits count by source', () => {
    const counting = httpContracts.filter(({ settings = [] }) => settings.some((name) => name.startsWith('limits.')));

    expect(NAMED_ADDRESS_FLOWS).toEqual(counting.map(({ flow }) => flow));
    expect(FLOWS.length).toBeGreaterThanOrEqual(5);
  });

  it.each(FLOWS)('calls $routeKey for many people from one address, each under a limit of their own', async (one) => {
    const { contract, fixture } = one;
    const ask = (person: string) => statusOf(contract.flow, signed(freshEvent(contract.flow, fixture), person));
    const person = newPerson();

    const others = await times(2 * PER_SOURCE, () => ask(newPerson()));
    const own = await times(PER_SOURCE + 1, () => ask(person));

    expect(others).not.toContain(429);
    expect(others).not.toContain(400);
    expect(own.map((status) => status === 429)).toEqual([false, false, false, true]);
  });

  it('is counted by its own address where it signs nothing, as everybody is', async () => {
    const statuses = await times(PER_SOURCE + 1, () => statusOf('sign-up', signUpEvent(fromSource('203.0.113.201'))));

    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it.each([
    ['2001:db8:1:2::7', '2001:db8:1:2:ffff::1'],
    ['::ffff:198.51.100.44', '198.51.100.44'],
  ])('names %s, and %s is of the same network', async (address, neighbour) => {
    const ask = (person: string) => statusOf('sign-up', signed(signUpEvent(), person));
    await times(PER_SOURCE, () => ask(address));

    expect(await ask(neighbour)).toBe(429);
  });

  it('names people of its own network as well', async () => {
    expect(await statusOf('sign-up', signed(signUpEvent(), '10.0.0.17'))).toBe(200);
  });

  it('is counted once more for a request that is sent again: a replay gains nothing', async () => {
    const event = signed(signUpEvent(), newPerson());

    const statuses = await times(PER_SOURCE + 1, () => statusOf('sign-up', event));

    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it.each([NEWEST, BEFORE, OTHER])(
    'signs with $keyId, which the log names beside nothing of the address',
    async (by) => {
      const person = newPerson();
      const before = world.logs.length;

      const status = await statusOf('sign-up', signed(signUpEvent(), person, { by }));

      const [line] = logged(world, 'request', before);
      expect([status, line?.signed_by]).toEqual([200, by.keyId]);
      expect(world.logs.slice(before).join('\n')).not.toContain(person);
    },
  );
});

describe('what is named is used for the limits of sources and for nothing else', () => {
  it('sessions and the security history have the address that the request came from', async () => {
    const { email, session } = await openAccount(world);
    const person = newPerson();

    const { device_token } = session;
    const known = jsonBody({ email, password: GOOD_PASSWORD, device_token });
    const unknown = jsonBody({ email, password: GOOD_PASSWORD });
    const { status } = await world.call('sign-in', signed(fromBackEnd('sign-in/json', known), person));
    await world.call('sign-in', signed(fromBackEnd('sign-in/json', unknown), person));

    const events = await eventsOf(world, session.account_id);
    expect(status).toBe(200);
    expect(events.filter(({ sourceIp }) => sourceIp === BACK_END).map(({ type }) => type)).toEqual([
      'signed-in',
      'second-factor-required',
    ]);
    const stored = await everythingStored(world);
    expect(stored).not.toContain(person);
    expect(stored).not.toContain(person.replace(/\.\d+$/, '.0/24')); // nor in what is to be mailed
  });

  it('a repeat with an Idempotency-Key gets its kept answer, whichever address it names', async () => {
    const event = signUpEvent({ 'headers.idempotency-key': '0f8fad5b-d9cb-469f-a165-70867728950e' });
    const [person, later] = [newPerson(), newPerson()];

    await world.call('sign-up', signed(event, person));
    const before = (await world.rows('outbox')).length;
    const repeated = await world.call('sign-up', signed(event, later));

    expect([repeated.status, (await world.rows('outbox')).length]).toEqual([200, before]);
  });

  it('a code that comes alone is looked up by the address that the requests came from', async () => {
    const phoneNumber = newNumber();
    const here = fromSource('203.0.113.210'); // few codes are found by one address, so another one than above
    const event = loadEvent('request-verification/json', { ...jsonBody({ phone_number: phoneNumber }), ...here });
    await world.call('request-verification', signed(event, newPerson()));
    await world.deliver();
    const code = await newestCode(world, phoneNumber);

    const elsewhere = await giveCode(world, code, { changes: fromSource(newPerson()) });
    const same = await giveCode(world, code, { changes: here });

    expect([elsewhere.status, same.status]).toEqual([400, 200]);
  });

  it("the captchas' provider is told neither the back end's address nor the one that is named", async () => {
    const service = await startFakeSiteverify({ secret: 'the-secret-of-the-provider' });
    const { url, siteKey } = service;
    const asking = await startWorld({
      settings: { ...TRUSTING, captcha: { enabled: true, siteKey, url, when: 'always', sendsSourceIp: true } },
      callerSecrets: SECRETS,
      captchaSecret: 'the-secret-of-the-provider',
    });
    try {
      const event = () => withCaptchaToken(signUpEvent(), service.solve());

      const named = await asking.call('sign-up', signed(event(), newPerson(), { at: asking }));
      const unsigned = await asking.call('sign-up', event());

      expect([named.status, unsigned.status]).toEqual([200, 200]);
      expect(service.requests.map(({ fields }) => fields.remoteip)).toEqual([undefined, BACK_END]);
    } finally {
      await Promise.all([asking.close(), service.stop()]);
    }
  });
});

describe('a name without a signature that stands for it', () => {
  const refusal = (code: string) => ({
    status: 400,
    body: { code: 'invalid-signature', errors: [{ field: 'signature', code }] },
  });

  it.each(FLOWS)('is refused at $routeKey before anything is read or counted', async ({ contract, fixture }) => {
    const forged = { by: { ...NEWEST, secret: 'a-guess' } };
    world.proxy.calls.length = 0;

    const answers = [
      await world.call(contract.flow, fromBackEnd(fixture, { 'headers.keyturn-client-address': newPerson() })),
      await world.call(contract.flow, signed(fromBackEnd(fixture), newPerson(), forged)),
      await world.call(contract.flow, signed(fromBackEnd(fixture), newPerson(), { by: { ...BEFORE, keyId: 'web/1' } })),
      await world.call(contract.flow, { ...signed(fromBackEnd(fixture), newPerson()), rawPath: '/elsewhere' }),
    ];

    expect(answers).toMatchObject(['required', 'mismatch', 'unknown-key', 'mismatch'].map(refusal));
    expect(world.proxy.calls).toEqual([]);
  });

  it('is refused alike for a known and an unknown address', async () => {
    const { email } = await openAccount(world);
    const ask = async (address: string) => {
      const event = signed(
        fromBackEnd('sign-in/json', jsonBody({ email: address, password: GOOD_PASSWORD })),
        '192.0.2.1',
      );
      const { status, headers, body } = await world.call('sign-in', { ...event, rawPath: '/elsewhere' });
      return { status, headers, body };
    };

    expect(await ask(email)).toEqual(await ask('stranger@example.com'));
  });

  it('is refused where the clock is too far off, and the body another', async () => {
    const late = signed(signUpEvent(), newPerson());
    const changed = { ...signed(signUpEvent(), newPerson()), body: '{"email":"other@example.com"}' };
    world.clock.advance(301);

    expect(await world.call('sign-up', late)).toMatchObject(refusal('not-now'));
    world.clock.advance(-301);
    expect(await world.call('sign-up', changed)).toMatchObject(refusal('other-body'));
  });

  it.each(['', 'localhost', '10.0.0.1:443', '[2001:db8::1]', '198.51.100.7, 198.51.100.8', 'unknown', '1', '0x7f.1'])(
    'is refused where it is signed and no address: %p',
    async (name) => {
      const { status, body } = await world.call('sign-up', signed(signUpEvent(), name));

      expect([status, body.code]).toEqual([400, 'invalid-request']);
      expect(body.errors).toMatchObject([{ field: 'keyturn-client-address', code: 'not-an-ip-address' }]);
      expect(body.errors).toHaveLength(1);
    },
  );

  it('means nothing where a signature is and no name: then it is a request like any other', async () => {
    const event = signUpEvent({ 'headers.signature': 'sig1=:AAAA:', 'headers.signature-input': 'sig1=()' });

    expect(await statusOf('sign-up', event)).toBe(200);
  });
});

describe('without trusted callers', () => {
  it.each(FLOWS)('$routeKey reads neither name nor signature', async ({ contract, fixture }) => {
    const off = await startWorld({ settings: { limits: NARROW, sms: TRUSTING.sms } });
    try {
      const answers = [];
      for (let count = 0; count <= PER_SOURCE; count += 1)
        answers.push(
          await off.call(contract.flow, signed(freshEvent(contract.flow, fixture), newPerson(), { at: off })),
        );

      const statuses = answers.map(({ status }) => status);
      expect(statuses.map((status) => status === 429)).toEqual([false, false, false, true]);
      expect(answers.map(({ body }) => body.code)).not.toContain('invalid-signature');
    } finally {
      await off.close();
    }
  });
});

describe('the keys of a caller', () => {
  it.each([
    [1, ['web/1']],
    [2, ['web/2', 'web/1']],
    [7, ['web/7', 'web/6']],
  ])('at generation %d are %j', (secretGeneration, keyIds) => {
    expect(keysOf({ id: 'web', secretGeneration }).map(({ keyId }) => keyId)).toEqual(keyIds);
  });
});
