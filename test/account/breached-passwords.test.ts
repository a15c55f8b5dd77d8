import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BreachedPasswords, makeBreachedPasswords } from '../../shared/account/breached-passwords.ts';
import { startFakePwnedPasswords } from '../support/fake-pwned-passwords.ts';
import { failsWith, silence, UNUSABLE } from '../support/fake-server.ts';
import { makeWatchedLog } from '../support/lone-runtime.ts';

const BREACHED = 'correct horse battery staple';
/** Its SHA-1 is abf7aad6438836dbe526aa231abde2d0eef74d42. */
const PREFIX = 'ABF7A';

describe('the service that knows of breached passwords', () => {
  let service: Awaited<ReturnType<typeof startFakePwnedPasswords>>;
  let watched: ReturnType<typeof makeWatchedLog>;
  let passwords: BreachedPasswords;

  beforeAll(async () => {
    service = await startFakePwnedPasswords();
    service.add(BREACHED, 214);
    service.add('a password of the padding', 0);
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    service.behave(null);
    service.requests.length = 0;
    watched = makeWatchedLog();
    passwords = asking(service.url);
  });

  /** With a time that no busy machine needs, but where the time is what it's about. */
  const asking = (url: string, timeoutMs = 60_000): BreachedPasswords =>
    makeBreachedPasswords({ url, timeoutMs, clock: watched.clock, log: watched.log });

  /** Outcome and error of each line. */
  const logged = () =>
    watched.lines.map((line) => {
      const { event, outcome, error_name: error } = JSON.parse(line);
      return [event, outcome, error];
    });

  it('tells a breached password from one that is in none', async () => {
    expect(await passwords.isBreached(BREACHED)).toBe(true);
    expect(await passwords.isBreached('one that was never seen')).toBe(false);
    expect(logged()).toEqual([]);
  });

  it('is told five characters of the hash, and asked for padding so that the size of its answer tells nothing', async () => {
    await passwords.isBreached(BREACHED);

    expect(service.requests.map(({ method, url }) => [method, url])).toEqual([['GET', `/range/${PREFIX}`]]);
    expect(service.requests[0]?.headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'keyturn' });
    const sent = JSON.stringify(service.requests[0]?.rawHeaders);
    expect(sent).not.toMatch(/horse|ad6438836/i);
  });

  it('is asked over a connection that ends with the answer: one kept through a freeze of the function would be dead', async () => {
    await passwords.isBreached(BREACHED);

    expect(service.requests[0]?.headers.connection).toBe('close');
  });

  it('does not count a line of the padding', async () => {
    expect(await passwords.isBreached('a password of the padding')).toBe(false);
  });

  it('gives no answer, and leaves a line, where it does not answer in time', async () => {
    service.behave(silence);

    expect(await asking(service.url, 100).isBreached(BREACHED)).toBeNull();

    expect(logged()).toEqual([['breach-check', 'failed', 'TimeoutError']]);
  });

  it.each(UNUSABLE)('gives no answer, and leaves a line, where it %s', async (_, behaviour, error) => {
    service.behave(behaviour);

    expect(await passwords.isBreached(BREACHED)).toBeNull();

    expect(logged()).toEqual([['breach-check', 'failed', error]]);
  });

  it('gives no answer where nothing listens', async () => {
    const gone = await startFakePwnedPasswords();
    await gone.stop();

    expect(await asking(gone.url).isBreached(BREACHED)).toBeNull();

    expect(logged()).toEqual([['breach-check', 'failed', 'TypeError']]);
  });

  const failThreeTimes = async () => {
    service.behave(failsWith(503));
    for (const password of ['one', 'two', 'three']) await passwords.isBreached(password);
    service.behave(null);
    service.requests.length = 0;
  };

  it('is left alone for a minute after three failures in a row', async () => {
    await failThreeTimes();
    watched.clock.advance(59.999);

    expect(await passwords.isBreached(BREACHED)).toBeNull();

    expect(service.requests).toHaveLength(0);
    expect(logged().at(-1)).toEqual(['breach-check', 'skipped', undefined]);
  });

  it('is tried by one request after that minute, and by all again once it has answered', async () => {
    await failThreeTimes();
    watched.clock.advance(60);

    const together = await Promise.all([1, 2, 3].map(() => passwords.isBreached(BREACHED)));

    expect(together).toEqual([true, null, null]);
    expect(service.requests).toHaveLength(1);
    expect(await passwords.isBreached(BREACHED)).toBe(true);
  });

  it('is left alone for another minute where the trial fails', async () => {
    await failThreeTimes();
    watched.clock.advance(60);
    service.behave(failsWith(500));
    await passwords.isBreached(BREACHED);
    service.behave(null);
    watched.clock.advance(59.999);

    expect(await passwords.isBreached(BREACHED)).toBeNull();

    watched.clock.advance(0.001);
    expect(await passwords.isBreached(BREACHED)).toBe(true);
  });

  it('is asked on where one range is damaged and others are answered between', async () => {
    for (let round = 0; round < 4; round++) {
      service.behave(failsWith(502));
      await passwords.isBreached('of the damaged range');
      service.behave(null);
      expect(await passwords.isBreached(BREACHED)).toBe(true);
    }
  });
});
