import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { failsWith } from '../support/fake-server.ts';
import { type FakeSiteverify, startFakeSiteverify } from '../support/fake-siteverify.ts';
import { fromSource, newSource } from '../support/fixtures.ts';
import { GOOD_PASSWORD, newAddress, openAccount, signIn } from '../support/journeys.ts';
import { beginWindow, exhaustGlobalLimit } from '../support/limit-counters.ts';
import { type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { makeSolvingWorld, withCaptchaToken } from '../support/solving-world.ts';
import { askForCode, newNumber, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, UNLIMITED, type World } from '../support/world.ts';

const SECRET = 'the-secret-of-the-provider';
const WINDOW = { windowSeconds: 3600 };
const OF_ADDRESS = 6;
const OF_SOURCE = 8;
const IN_ALL = 160;

describe('with a captcha asked for near a limit', () => {
  let service: FakeSiteverify;
  let world: World;

  beforeAll(async () => {
    service = await startFakeSiteverify({ secret: SECRET });
    world = await startWorld({
      captchaSecret: SECRET,
      settings: {
        sms: UNHINDERED_SMS,
        captcha: { enabled: true, siteKey: service.siteKey, url: service.url, timeoutMs: 3000 },
        limits: {
          signIn: { ...UNLIMITED, perIdentifier: { max: 10, ...WINDOW } },
          signUp: {
            perIdentifier: { max: OF_ADDRESS, ...WINDOW },
            perSource: { max: OF_SOURCE, ...WINDOW },
            global: { max: IN_ALL, ...WINDOW },
          },
          requestVerification: { ...UNLIMITED, perIdentifier: { max: 4, ...WINDOW } },
          requestRecovery: { perSource: UNLIMITED.perSource, global: { max: IN_ALL, ...WINDOW } },
        },
      },
    });
  });
  afterAll(() => Promise.all([world.close(), service.stop()]));
  afterEach(() => {
    service.behave(null);
    service.requests.length = 0;
    world.clock.advance(2 * WINDOW.windowSeconds); // all counters are new
  });

  const signUp = (email: string, changes: EventChanges, token?: string): Promise<Answer> => {
    const event = loadEvent('sign-up/json', { ...jsonBody({ email }), ...changes });
    return world.call('sign-up', token === undefined ? event : withCaptchaToken(event, token));
  };
  const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);
  const times = async (count: number, ask: () => Promise<Answer>): Promise<number[]> => {
    const answers: Answer[] = [];
    while (answers.length < count) answers.push(await ask());
    return statuses(answers);
  };
  const counters = async () =>
    (await world.rows('tokens'))
      .filter(({ pk }) => String(pk).startsWith('LIMIT#'))
      .map(({ pk, used }) => `${String(pk)} ${String(used)}`)
      .toSorted();

  it('asks none while less than half of each limit is used up, and looks at no response', async () => {
    const before = world.proxy.calls.length;

    const answers = await times(OF_ADDRESS / 2, () => signUp('quiet@example.com', newSource(), 'made-up'));

    expect(answers).toEqual([200, 200, 200]);
    expect(service.requests).toHaveLength(0);
    expect(world.proxy.calls.length - before).toBe(OF_ADDRESS / 2); // one for each, as without captchas
  });

  it.each([
    ['an address', OF_ADDRESS, (index: number) => ['one@example.com', newSource(), index] as const],
    ['a source', OF_SOURCE, (index: number) => [newAddress(), fromSource('192.0.2.1'), index] as const],
  ])('leaves the other half of the limit of %s to those who show one', async (_, max, requestOf) => {
    const ask = (token?: string) => {
      const [email, changes] = requestOf(0);
      return signUp(email, changes, token);
    };

    const free = await times(max / 2, () => ask());
    const asked = await times(2, () => ask());
    const shown = await times(max / 2, () => ask(service.solve()));
    const spent = await ask(service.solve());

    expect(free).toEqual(Array(max / 2).fill(200));
    expect(asked).toEqual([403, 403]);
    expect(shown).toEqual(Array(max / 2).fill(200));
    expect(spent).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
  });

  it('tells by the counters that refuse, in the one call that counts, and counts nothing for who is asked', async () => {
    await times(OF_ADDRESS / 2, () => signUp('near@example.com', newSource()));
    const source = newSource();
    const [before, calls] = [await counters(), world.proxy.calls.length];

    const asked = await signUp('near@example.com', source);
    const callsOfAsked = world.proxy.calls.length - calls;

    expect(asked.body).toMatchObject({
      code: 'captcha-required',
      errors: [{ field: 'captcha_token', code: 'required' }],
      captcha: { provider: 'turnstile', site_key: service.siteKey },
    });
    expect(callsOfAsked).toBe(1);
    expect(await counters()).toEqual(before);
  });

  it('asks everybody near the limit of all together, and then takes the second call that there is without captchas too', async () => {
    await signUp(newAddress(), newSource());
    await exhaustGlobalLimit(world, 'sign-up', { max: IN_ALL / 2 });
    const asked = await signUp(newAddress(), newSource());
    const calls = world.proxy.calls.length;

    const shown = await signUp(newAddress(), newSource(), service.solve());

    expect([asked.status, shown.status]).toEqual([403, 200]);
    expect(world.proxy.calls.length - calls).toBe(2);
  });

  it('refuses a replay, and what is made up, as always', async () => {
    await times(OF_ADDRESS / 2, () => signUp('replayed@example.com', newSource()));
    const token = service.solve();

    const answers = [
      await signUp('replayed@example.com', newSource(), token),
      await signUp('replayed@example.com', newSource(), token),
      await signUp('replayed@example.com', newSource(), 'made-up'),
    ];

    expect(statuses(answers)).toEqual([200, 403, 403]);
  });

  it('goes on under the whole limit while the provider is down', async () => {
    service.behave(failsWith(503));

    const answers = await times(OF_ADDRESS + 1, () => signUp('down@example.com', newSource(), 'whatever'));

    expect(answers).toEqual([...Array(OF_ADDRESS).fill(200), 429]);
  });

  /** @asvs 2.4.1 */
  it('leaves the owner in on a new device: strangers who show none use up half of the tries of an address', async () => {
    const { email } = await openAccount(world);

    const flood = await times(40, () => signIn(world, email, 'a guess', { deviceToken: null, changes: newSource() }));
    const event = loadEvent('sign-in/json', { ...jsonBody({ email, password: GOOD_PASSWORD }), ...newSource() });
    const owner = await world.call('sign-in', withCaptchaToken(event, service.solve()));

    expect(flood).toEqual([...Array(5).fill(401), ...Array(35).fill(403)]);
    expect(owner.status).toBe(200);
  });

  it('asks no known device, which has the whole limit and its pass beyond it', async () => {
    const { email, session } = await openAccount(world);
    await times(7, () => signIn(world, email, 'a guess', { deviceToken: null, changes: newSource() }));

    const known = await signIn(world, email, GOOD_PASSWORD, { deviceToken: session.device_token });

    expect(known.status).toBe(200);
    expect(service.requests).toHaveLength(0);
  });

  it('verifies a response once for a request for a code that takes several transactions', async () => {
    const phoneNumber = newNumber();
    beginWindow(world, { name: 'request-verification/identifier', counted: phoneNumber, ...WINDOW });
    const ask = async (by: World) => {
      const answer = await askForCode(by, { phoneNumber, changes: newSource() });
      world.clock.advance(4 * 60); // past each wait for another code of this hour
      return answer;
    };

    const free = await times(2, () => ask(world));
    const asked = await ask(world);
    const shown = await ask(makeSolvingWorld(world, () => service.solve()));

    expect([...free, asked.status, shown.status]).toEqual([200, 200, 403, 200]);
    expect(service.requests).toHaveLength(1);
  });

  it('answers the same at recovery for an address with an account and one without', async () => {
    const { email } = await openAccount(world);
    const ask = (to: string) =>
      world.call(
        'request-recovery',
        loadEvent('request-recovery/json', { ...jsonBody({ email: to }), ...newSource() }),
      );
    await ask(email);
    await exhaustGlobalLimit(world, 'request-recovery', { max: IN_ALL / 2 });

    const answers = [await ask(email), await ask('unknown@example.com')];

    const [known, unknown] = answers.map(({ status, body }) => ({ status, body: { ...body, instance: '' } }));
    expect(known).toEqual(unknown);
    expect(known?.status).toBe(403);
  });
});
