import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { FIELD_ERRORS } from '../../shared/contract/field-errors.ts';
import { ALL_REQUESTS } from '../catalogue/catalogue.ts';
import { failsWith } from '../support/fake-server.ts';
import { type FakeSiteverify, startFakeSiteverify } from '../support/fake-siteverify.ts';
import { newSource } from '../support/fixtures.ts';
import { openAccount, signIn, signUp } from '../support/journeys.ts';
import { newKey } from '../support/keyed-world.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { addAuthenticator } from '../support/second-factor.ts';
import { prepareIn } from '../support/service-in-world.ts';
import { CAPTCHA_FLOWS, makeSolvingWorld, withCaptchaToken } from '../support/solving-world.ts';
import { addSms, askForCode, newNumber, signInBySms, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const SECRET = 'the-secret-of-the-provider';

const KNOWN = 'known@example.com';
const UNKNOWN = 'unknown@example.com';

/** A stranger's request of each flow, about an address or a new number. */
const STRANGERS: Readonly<Record<string, (email: string) => APIGatewayProxyEventV2>> = {
  'sign-up': (email) => loadEvent('sign-up/json', { ...jsonBody({ email }), ...newSource() }),
  'sign-in': (email) => loadEvent('sign-in/json', { ...jsonBody({ email, password: 'a guess' }), ...newSource() }),
  'request-recovery': (email) => loadEvent('request-recovery/form', { ...formBody({ email }), ...newSource() }),
  'request-sign-in-link': (email) => loadEvent('request-sign-in-link/form', { ...formBody({ email }), ...newSource() }),
  'request-verification': () =>
    loadEvent('request-verification/json', { ...jsonBody({ phone_number: newNumber() }), ...newSource() }),
};

const requestOf = (flow: string, email = UNKNOWN): APIGatewayProxyEventV2 => {
  const make = STRANGERS[flow];
  if (!make) throw new Error(`no request of ${flow}`);
  return make(email);
};

/** What a request within its limits is answered; a guess is wrong. */
const passed = (flow: string): number => (flow === 'sign-in' ? 401 : 200);

const refusal = (code: 'required' | 'refused') => ({
  status: 403,
  body: {
    type: 'urn:keyturn:problem:captcha-required',
    title: expect.any(String),
    status: 403,
    code: 'captcha-required',
    detail: `captcha_token: ${FIELD_ERRORS[code]}`,
    instance: expect.any(String),
    errors: [{ field: 'captcha_token', code, detail: FIELD_ERRORS[code] }],
    captcha: { provider: 'turnstile', site_key: 'a-site-key' },
  },
});

/** What a fixture's body says, as JSON. */
const textOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string => {
  const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  return text.startsWith('{') ? text : JSON.stringify(Object.fromEntries(new URLSearchParams(text)));
};

const checks = (world: World) =>
  world.logs.map((line) => JSON.parse(line)).filter(({ event }) => event === 'captcha-check');

describe('the flows that strangers can flood', () => {
  it('are these, each with a request here', () => {
    expect(CAPTCHA_FLOWS.toSorted()).toEqual(Object.keys(STRANGERS).toSorted());
  });
});

describe('with a captcha asked for always', () => {
  let service: FakeSiteverify;
  let world: World;
  let solving: World;

  beforeAll(async () => {
    service = await startFakeSiteverify({ secret: SECRET });
    world = await startWorld({
      captchaSecret: SECRET,
      settings: {
        // The longest time that may be set: the machine may be busy.
        captcha: { enabled: true, when: 'always', siteKey: service.siteKey, url: service.url, timeoutMs: 3000 },
        sms: UNHINDERED_SMS,
      },
    });
    solving = makeSolvingWorld(world, () => service.solve());
    await signUp(solving, KNOWN);
    service.requests.length = 0;
  });
  afterAll(() => Promise.all([world.close(), service.stop()]));
  afterEach(() => {
    service.behave(null);
    service.rotateTo(SECRET);
    service.requests.length = 0;
    world.logs.length = 0;
    world.clock.advance(60); // what was left alone is asked again
  });

  const ask = (flow: string, email = UNKNOWN, token?: unknown): Promise<Answer> => {
    const event = requestOf(flow, email);
    return world.call(flow, token === undefined ? event : withCaptchaToken(event, token));
  };

  describe.each(CAPTCHA_FLOWS)('%s', (flow) => {
    it('refuses a request without a response before any work, and says which captcha to show', async () => {
      const calls = world.proxy.calls.length;
      let answer: Answer | undefined;

      const { count } = await hashesDuring(async () => {
        answer = await ask(flow, KNOWN);
      });

      expect(answer).toMatchObject(refusal('required'));
      expect(answer?.body).toEqual(refusal('required').body);
      expect(world.proxy.calls.length - calls).toBe(0);
      expect(count).toBe(0);
      expect(service.requests).toHaveLength(0);
    });

    it('takes a request with a good response, and refuses its replay and one that is made up', async () => {
      const token = service.solve();

      const good = await ask(flow, UNKNOWN, token);
      const calls = world.proxy.calls.length;
      const bad = [await ask(flow, UNKNOWN, token), await ask(flow, UNKNOWN, 'made-up')];

      expect(good.status).toBe(passed(flow));
      expect(bad).toMatchObject([refusal('refused'), refusal('refused')]);
      expect(world.proxy.calls.length - calls).toBe(0);
    });

    it('answers the same for an address with an account and one without', async () => {
      const answers = async (email: string) => [await ask(flow, email), await ask(flow, email, 'made-up')];
      const shown = (all: Answer[]) =>
        all.map(({ status, headers, body }) => {
          const { 'x-request-id': _, ...others } = headers;
          return { status, headers: others, body: { ...body, instance: '' } };
        });

      expect(shown(await answers(KNOWN))).toEqual(shown(await answers(UNKNOWN)));
    });

    it.each<[string, unknown, string]>([
      ['is empty', '', 'too-short'],
      ['is no text', 7, 'wrong-type'],
      ['is longer than any', 'x'.repeat(8193), 'too-long'],
      ['has a control character', 'a\u0000b', 'invalid'],
      ['holds markup, which a filter in front of the provider could answer with a page', '0.<b>bold</b>', 'invalid'],
    ])('refuses a response that %s, and asks nobody', async (_, token, code) => {
      const event = requestOf(flow);
      const body = JSON.stringify({ ...(JSON.parse(textOf(event)) as object), captcha_token: token });
      const headers = { ...event.headers, 'content-type': 'application/json' };

      const answer = await world.call(flow, { ...event, headers, body, isBase64Encoded: false });

      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'captcha_token', code }] } });
      expect(service.requests).toHaveLength(0);
    });

    it('goes on while the provider is down: the limits hold all the same, and the metric says so', async () => {
      service.behave(failsWith(503));

      const answer = await ask(flow, UNKNOWN, service.solve());

      expect(answer.status).toBe(passed(flow));
      expect(checks(world)).toMatchObject([
        { outcome: 'failed', error_name: 'UnusableAnswer', CaptchaChecksMissed: 1 },
      ]);
    });

    it('refuses a request without a response also while the provider is down', async () => {
      service.behave(failsWith(503));

      expect(await ask(flow)).toMatchObject(refusal('required'));
    });

    it('takes any text of a client that could not load the widget, while the provider gives no answer here either', async () => {
      const up = await ask(flow, UNKNOWN, 'unavailable');
      service.behave(failsWith(503));
      const down = await ask(flow, UNKNOWN, 'unavailable');

      expect(up).toMatchObject(refusal('refused'));
      expect(down.status).toBe(passed(flow));
    });

    it('goes on while the secret is wrong, which is the fault of the operator and of no caller', async () => {
      service.rotateTo('another-secret');

      const answer = await ask(flow, UNKNOWN, service.solve());

      expect(answer.status).toBe(passed(flow));
      expect(checks(world)).toMatchObject([
        { outcome: 'failed', code: 'invalid-input-secret', CaptchaChecksMissed: 1 },
      ]);
    });

    it('leaves neither the secret nor a response in the log', async () => {
      const token = service.solve();
      await ask(flow, KNOWN, token);
      await ask(flow, KNOWN, token);

      expect(world.logs.length).toBeGreaterThan(0);
      expect(world.logs.join()).not.toMatch(new RegExp(`${SECRET}|${token}`));
    });

    it('answers a repeat with one Idempotency-Key though its response is used up, and verifies none', async () => {
      const event = requestOf(flow);
      const keyed = { ...event, headers: { ...event.headers, 'idempotency-key': newKey() } };
      const token = service.solve();
      const first = await world.call(flow, withCaptchaToken(keyed, token));
      service.requests.length = 0;

      const same = await world.call(flow, withCaptchaToken(keyed, token));
      const anew = await world.call(flow, withCaptchaToken(keyed, service.solve()));

      if (flow === 'sign-in') return expect([same.status, anew.status]).toEqual([403, 401]); // a refusal is not kept
      expect([same.body, anew.body]).toEqual([first.body, first.body]);
      expect(service.requests).toHaveLength(0);
    });
  });

  // A proof is for the body to the byte, and the one that goes with a body of this flow comes from a session, which is asked for none.
  const shown = ALL_REQUESTS.filter(({ name }) => name !== 'request-verification (with a proof of its own)');

  it.each(shown)('works for clients that show it: $name', async (request) => {
    const run = await prepareIn(solving, request);

    expect((await run()).status).toBe(request.succeeds);
  });

  it('asks none of a device where a sign-in of this address was complete before', async () => {
    const { email, session } = await openAccount(solving);
    service.requests.length = 0;

    const known = await signIn(world, email, undefined, { deviceToken: session.device_token });
    const foreign = await signIn(world, KNOWN, undefined, { deviceToken: session.device_token });

    expect(known.status).toBe(200);
    expect(foreign).toMatchObject(refusal('required'));
    expect(service.requests).toHaveLength(0);
  });

  it('asks none of a caller past the password', async () => {
    const { email, session } = await openAccount(solving);
    const { phoneNumber } = await addSms(world, session);
    world.clock.advance(60); // past the wait for another code
    const signedIn = await signInBySms(
      { ...world, call: (flow, event) => (flow === 'sign-in' ? solving : world).call(flow, event) },
      email,
      phoneNumber,
    );

    expect(signedIn.device_token).toEqual(expect.any(String));
  });

  it('verifies the response of a request for a code once, also where that takes several transactions', async () => {
    const phoneNumber = newNumber();
    const first = await askForCode(solving, { phoneNumber });
    world.clock.advance(30);
    service.requests.length = 0;

    const again = await askForCode(solving, { phoneNumber });

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(service.requests).toHaveLength(1);
  });

  it('is part of no password and no factor: a good response opens nothing', async () => {
    const { email, session } = await openAccount(solving);
    await addAuthenticator(world, session);

    const wrong = await signIn(solving, email, 'not the right one');
    const right = await signIn(solving, email);

    expect(wrong.body.code).toBe('invalid-credentials');
    expect(right.body.second_factor_required).toBe(true);
  });
});

describe('with no captcha switched on', () => {
  it('takes requests with a response and without, asks nobody, and reads no secret', async () => {
    const service = await startFakeSiteverify({ secret: SECRET });
    const world = await startWorld({ settings: { captcha: { siteKey: service.siteKey, url: service.url } } });

    for (const flow of CAPTCHA_FLOWS) {
      const event = requestOf(flow);
      const answers = [await world.call(flow, event), await world.call(flow, withCaptchaToken(event, 'whatever'))];
      const statuses = flow === 'request-verification' ? [200, 429] : [passed(flow), passed(flow)]; // the second comes too early
      expect([flow, answers.map(({ status }) => status)]).toEqual([flow, statuses]);
    }

    expect(service.requests).toHaveLength(0);
    expect(checks(world)).toEqual([]);
    await Promise.all([world.close(), service.stop()]);
  });
});
