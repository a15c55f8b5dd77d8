import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSiteverify, type Siteverify, type SiteverifyOptions } from '../../shared/captcha/siteverify.ts';
import { failsWith, silence, UNUSABLE } from '../support/fake-server.ts';
import { type FakeSiteverify, startFakeSiteverify } from '../support/fake-siteverify.ts';
import { makeWatchedLog } from '../support/lone-runtime.ts';

const SECRET = 'the-secret-of-the-provider';
const SOURCE = '203.0.113.7';

describe.each(['turnstile', 'hcaptcha'] as const)('the verifier of %s', (provider) => {
  let service: FakeSiteverify;
  let watched: ReturnType<typeof makeWatchedLog>;
  let stored: string;
  let reads: number;

  beforeAll(async () => {
    service = await startFakeSiteverify({ provider, secret: SECRET });
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    service.behave(null);
    service.rotateTo(SECRET);
    service.requests.length = 0;
    watched = makeWatchedLog();
    stored = SECRET;
    reads = 0;
  });

  /** With a time that no busy machine needs, but where the time is what it's about. */
  const opened = (options: Partial<SiteverifyOptions> = {}): Siteverify =>
    makeSiteverify({
      provider,
      siteKey: service.siteKey,
      hostnames: [],
      sendsSourceIp: false,
      url: service.url,
      timeoutMs: 60_000,
      readSecret: async () => {
        reads += 1;
        return stored;
      },
      clock: watched.clock,
      log: watched.log,
      ...options,
    });
  const ask = (siteverify: Siteverify, token = service.solve()) => siteverify.isGood({ token, sourceIp: SOURCE });

  /** Outcome, code and error of each line. */
  const logged = () =>
    watched.lines.map((line) => {
      const { event, outcome, code, error_name: error } = JSON.parse(line);
      return [event, outcome, code, error];
    });

  it('takes a response of a real client once, and its replay never', async () => {
    const siteverify = opened();
    const token = service.solve();

    const answers = [await ask(siteverify, token), await ask(siteverify, token)];

    expect(answers).toEqual([true, false]);
    const code = provider === 'turnstile' ? 'timeout-or-duplicate' : 'already-seen-response';
    expect(logged()).toEqual([['captcha-check', 'refused', code, undefined]]);
  });

  it('takes one of two uses of a response at the same moment', async () => {
    const siteverify = opened();
    const token = service.solve();

    const answers = await Promise.all([ask(siteverify, token), ask(siteverify, token)]);

    expect(answers.toSorted()).toEqual([false, true]);
  });

  it('refuses a response that is made up', async () => {
    expect(await ask(opened(), 'made-up')).toBe(false);
    expect(logged()).toEqual([['captcha-check', 'refused', 'invalid-input-response', undefined]]);
  });

  it('is sent a form with the secret and the response, and no address of the caller, over a connection that ends', async () => {
    const token = service.solve();
    await ask(opened(), token);

    expect(service.requests).toEqual([
      {
        method: 'POST',
        contentType: expect.stringMatching(/^application\/x-www-form-urlencoded/),
        connection: 'close',
        fields: { secret: SECRET, response: token, ...(provider === 'hcaptcha' && { sitekey: service.siteKey }) },
      },
    ]);
  });

  it("is told the caller's address where the operator says so", async () => {
    await ask(opened({ sendsSourceIp: true }));

    expect(service.requests[0]?.fields.remoteip).toBe(SOURCE);
  });

  it('takes a response from pages of the named hosts alone', async () => {
    const siteverify = opened({ hostnames: ['www.bookshelf.example'] });

    const own = await ask(siteverify, service.solve('www.bookshelf.example'));
    const others = await ask(siteverify, service.solve('www.bookshelf.example.attacker.example'));

    expect([own, others]).toEqual([true, false]);
    expect(logged()).toEqual([['captcha-check', 'refused', 'other-hostname', undefined]]);
  });

  it('takes a response without a host where the provider names none under load', async () => {
    const siteverify = opened({ hostnames: ['www.bookshelf.example'] });

    expect(await ask(siteverify, service.solve('not-provided'))).toBe(provider === 'hcaptcha');
  });

  it('is sent no response that is longer than any of its own', async () => {
    const length = provider === 'turnstile' ? 2048 : 8192;

    await ask(opened(), 'x'.repeat(length));
    const tooLong = await ask(opened(), 'x'.repeat(length + 1));

    expect(tooLong).toBe(false);
    expect(service.requests).toHaveLength(1);
  });

  it('reads the secret once, and leaves neither it nor a response in the log', async () => {
    const siteverify = opened();
    const token = service.solve();
    for (const one of [token, token, 'made-up']) await ask(siteverify, one);

    expect(reads).toBe(1);
    expect(watched.lines.join()).not.toMatch(new RegExp(`${SECRET}|made-up|${token}|${SOURCE}`));
  });

  it('gives no answer while the secret is wrong, and answers with the one that the operator puts in its place', async () => {
    const siteverify = opened();
    await ask(siteverify);
    service.rotateTo('the-secret-of-today');

    const wrong = await ask(siteverify);
    stored = 'the-secret-of-today\n';
    const right = await ask(siteverify);

    expect([wrong, right]).toEqual([null, true]);
    expect(logged()).toEqual([['captcha-check', 'failed', 'invalid-input-secret', 'UnusableAnswer']]);
  });

  it.each([
    ['is a placeholder still', async () => '{"placeholder":"0123456789abcdef"}', 'CaptchaSecretNotSet'],
    ['has no value', async () => '', 'CaptchaSecretNotSet'],
    ['cannot be read', () => Promise.reject(new RangeError('quotes a value')), 'RangeError'],
  ])('gives no answer, and is sent nothing, where the secret %s', async (_, readSecret, error) => {
    expect(await ask(opened({ readSecret }))).toBeNull();

    expect(service.requests).toHaveLength(0);
    expect(logged()).toEqual([['captcha-check', 'failed', undefined, error]]);
  });

  it.each(UNUSABLE)('gives no answer, and leaves a line, where it %s', async (_, behaviour, error) => {
    service.behave(behaviour);

    expect(await ask(opened())).toBeNull();

    expect(logged()).toEqual([['captcha-check', 'failed', undefined, error]]);
  });

  it.each([
    ['it does not answer in time', { timeoutMs: 100 }],
    ['the secret is not read in time', { timeoutMs: 100, readSecret: () => new Promise<string>(() => undefined) }],
  ])('gives no answer, and leaves a line, where %s', async (_, options) => {
    service.behave(silence);

    expect(await ask(opened(options))).toBeNull();

    expect(logged()).toEqual([['captcha-check', 'failed', undefined, 'TimeoutError']]);
  });

  it('is left alone for a minute after three failures in a row, and then tried by one request', async () => {
    const siteverify = opened();
    service.behave(failsWith(503));
    for (let failures = 0; failures < 3; failures += 1) await ask(siteverify);
    service.behave(null);
    service.requests.length = 0;
    watched.clock.advance(59.999);
    const skipped = await ask(siteverify);
    const asked = service.requests.length;
    watched.clock.advance(0.001);

    const together = await Promise.all([ask(siteverify), ask(siteverify)]);

    expect([skipped, asked]).toEqual([null, 0]);
    expect(together).toEqual([true, null]);
    expect(await ask(siteverify)).toBe(true);
  });
});
