import { describe, expect, it } from '@jest/globals';
import { parseSettings, type Settings } from '../../shared/settings/settings.ts';

const REQUIRED = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
};

const DAY = 86_400;

/** The settings with one key, in dotted form, set to a value; `undefined` removes it. */
const settingsWith = (path: string, value: unknown): object =>
  path
    .split('.')
    .toReversed()
    .reduce<unknown>((inner, key) => ({ [key]: inner }), value) as object;

const parse = (path: string, value: unknown): Settings => parseSettings({ ...REQUIRED, ...settingsWith(path, value) });

const valueAt = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], settings);

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};

const LIMITED = ['signUp', 'signIn', 'requestRecovery'] as const;

/** Whose count a stranger who knows an address could use up. */
const WITHOUT_IDENTIFIER: readonly string[] = ['requestRecovery'];

/** Key, smallest and largest value, default. */
const NUMBERS: [string, number, number, number][] = [
  ['passwords.minimumLength', 8, 64, 8],
  ['passwords.argon2.memoryKiB', 19_456, 262_144, 19_456],
  ['passwords.argon2.iterations', 2, 10, 2],
  ['passwords.argon2.parallelism', 1, 4, 1],
  ['passwords.breachApi.timeoutMs', 100, 3000, 800],
  ['captcha.timeoutMs', 100, 3000, 800],
  ['tokens.recoverySeconds', 300, 3600, 1800],
  ['tokens.signInLinkSeconds', 300, 3600, 900],
  ['tokens.signUpSeconds', 3600, 3 * DAY, DAY],
  ['emailChange.confirmSeconds', 3600, 7 * DAY, DAY],
  ['emailChange.waitSeconds', DAY, 30 * DAY, 3 * DAY],
  ['emailChange.waitWithoutFactorSeconds', 3 * DAY, 90 * DAY, 7 * DAY],
  ['sessions.accessTokenSeconds', 60, 900, 300],
  ['sessions.idleSeconds', 900, 90 * DAY, 30 * DAY],
  ['sessions.absoluteSeconds', 3600, 366 * DAY, 90 * DAY],
  ['sessions.refreshGraceSeconds', 0, 60, 60],
  ['messages.retrySeconds', 3600, DAY, 21_600],
  ['events.retentionSeconds', 30 * DAY, 3660 * DAY, 400 * DAY],
];

describe('settings', () => {
  /** @asvs 2.1.3 */
  it('asks for three keys and has a default for everything else', () => {
    const settings = parseSettings(REQUIRED);

    expect(settings).toMatchObject({ ...REQUIRED, audience: 'keyturn', allowedOrigins: [], defaultLanguage: 'en' });
    for (const [path, , , otherwise] of NUMBERS) expect([path, valueAt(settings, path)]).toEqual([path, otherwise]);
    expect(settings.emailChange).toMatchObject({
      perAccount: { max: 10, windowSeconds: DAY },
      perMailbox: { max: 5, windowSeconds: 3600 },
    });
    expect(settings.limits).toEqual({
      signUp: {
        perIdentifier: { max: 5, windowSeconds: 3600 },
        perSource: { max: 30, windowSeconds: 3600 },
        global: { max: 20_000, windowSeconds: 3600 },
      },
      signIn: {
        perIdentifier: { max: 10, windowSeconds: 900 },
        perSource: { max: 100, windowSeconds: 900 },
        global: { max: 100_000, windowSeconds: 900 },
      },
      mailToMailbox: { max: 5, windowSeconds: 3600 },
      requestRecovery: {
        perSource: { max: 30, windowSeconds: 3600 },
        global: { max: 20_000, windowSeconds: 3600 },
      },
      requestSignInLink: {
        perSource: { max: 30, windowSeconds: 3600 },
        global: { max: 20_000, windowSeconds: 3600 },
      },
      requestVerification: {
        perIdentifier: { max: 5, windowSeconds: 3600 },
        perSource: { max: 10, windowSeconds: 3600 },
        global: { max: 2_000, windowSeconds: 3600 },
      },
      accountVerification: {
        perIdentifier: { max: 10, windowSeconds: 86_400 },
        perSource: { max: 30, windowSeconds: 3600 },
        global: { max: 20_000, windowSeconds: 3600 },
      },
      ownerVerification: {
        perIdentifier: { max: 10, windowSeconds: 86_400 },
        perSource: { max: 30, windowSeconds: 3600 },
        global: { max: 20_000, windowSeconds: 3600 },
      },
    });
  });

  it("takes the release before's count of recoveries for one address, which an environment may still have", () => {
    const path = 'limits.requestRecovery.perIdentifier';

    expect(() => parse(path, { max: 5, windowSeconds: 3600 })).not.toThrow();
  });

  it('reads what it has written: the settings travel to the functions as JSON', () => {
    const settings = parse('passwords.minimumLength', 15);

    expect(parseSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  it.each(Object.keys(REQUIRED))('says that %s is missing', (key) => {
    const message = messageOf(() => parse(key, undefined));

    expect(message).toContain(`keyturn.${key} is missing`);
  });

  it.each(NUMBERS)('takes for %s from %i to %i', (path, min, max) => {
    expect(valueAt(parse(path, min), path)).toBe(min);
    expect(valueAt(parse(path, max), path)).toBe(max);
  });

  it.each(NUMBERS)('stops at %s below %i or above %i, naming key, value and bound', (path, min, max) => {
    const below = messageOf(() => parse(path, min - 1));
    const above = messageOf(() => parse(path, max + 1));

    expect(below).toContain(`keyturn.${path} is ${min - 1}: must be at least ${min}`);
    expect(above).toContain(`keyturn.${path} is ${max + 1}: must be at most ${max}`);
  });

  it.each(NUMBERS)('stops at %s that is no whole number', (path, min) => {
    for (const wrong of [min + 0.5, String(min), null, true, [min], Number.NaN]) {
      expect(messageOf(() => parse(path, wrong))).toContain(`keyturn.${path} is ${JSON.stringify(wrong)}`);
    }
  });

  describe.each(LIMITED)('limits of %s', (flow) => {
    const dimensions = (['perIdentifier', 'perSource', 'global'] as const).filter(
      (dimension) => dimension !== 'perIdentifier' || !WITHOUT_IDENTIFIER.includes(flow),
    );
    describe.each(dimensions)('%s', (dimension) => {
      const path = `limits.${flow}.${dimension}`;

      it.each([
        [1, 60],
        [1_000_000, 86_400],
      ])('can be %i in %i seconds', (max, windowSeconds) => {
        expect(valueAt(parse(path, { max, windowSeconds }), path)).toEqual({ max, windowSeconds });
      });

      it.each([
        [{ max: 0, windowSeconds: 3600 }, 'max', 'must be at least 1'],
        [{ max: 1_000_001, windowSeconds: 3600 }, 'max', 'must be at most 1000000'],
        [{ max: 5, windowSeconds: 59 }, 'windowSeconds', 'must be at least 60'],
        [{ max: 5, windowSeconds: 86_401 }, 'windowSeconds', 'must be at most 86400'],
        [{ max: 5 }, 'windowSeconds', 'must be of type'],
      ])('can not be %j', (value, key, allowed) => {
        const message = messageOf(() => parse(path, value));

        expect(message).toContain(`keyturn.${path}.${key} is`);
        expect(message).toContain(allowed);
      });
    });
  });

  it.each<[string, unknown, string]>([
    ['productName', '', 'at least 1 characters'],
    ['productName', 'x'.repeat(41), 'at most 40 characters'],
    ['productName', 'Book\nshelf', 'control characters'],
    ['productName', '<b>Bookshelf</b>', 'control characters'],
    ['productName', 'Book \ud83d', 'control characters'],
    ['productName', ' ', 'a letter or a digit'],
    ['productName', '\u00a0', 'a letter or a digit'],
    ['productName', '\u3164', 'a letter or a digit'],
    ['productName', '\u115f\u2800 \ufe0f', 'a letter or a digit'],
    ['productName', '--', 'a letter or a digit'],
    ['sender', 'No-Reply@bookshelf.example', 'lower-case address'],
    ['sender', 'Bookshelf <no-reply@bookshelf.example>', 'lower-case address'],
    ['sender', 'no-reply', 'lower-case address'],
    ['sender', '=?utf-8?q?no-reply?=@bookshelf.example', 'lower-case address'],
    ['publicUrl', 'http://auth.bookshelf.example', 'https origin'],
    ['publicUrl', 'https://auth.bookshelf.example/', 'https origin'],
    ['publicUrl', 'https://auth.bookshelf.example/path', 'https origin'],
    ['publicUrl', 'https://auth.bookshelf.example?x=1', 'https origin'],
    ['publicUrl', 'javascript:note(1)', 'https origin'],
    ['publicUrl', 'auth.bookshelf.example', 'https origin'],
    ['passwords.breachApi.url', 'http://ranges.example/range/', 'https URL'],
    ['passwords.breachApi.url', 'https://ranges.example/range', 'slash at its end'],
    ['passwords.breachApi.url', 'https://ranges.example/range/?mode=ntlm', 'https URL'],
    ['audience', 'my app', 'A-Z a-z 0-9'],
    ['audience', 'keyturn#phone-proof', 'A-Z a-z 0-9'],
    ['audience', 'x'.repeat(101), 'A-Z a-z 0-9'],
    ['allowedOrigins', ['https://app.example.com/'], 'as browsers send it: https://app.example.com'],
    ['allowedOrigins', ['https://app.example.com/path'], 'as browsers send it: https://app.example.com'],
    ['allowedOrigins', ['https://APP.example.com'], 'as browsers send it: https://app.example.com'],
    ['allowedOrigins', ['HTTPS://app.example.com'], 'as browsers send it: https://app.example.com'],
    ['allowedOrigins', ['https://app.example.com:443'], 'as browsers send it: https://app.example.com'],
    ['allowedOrigins', ['http://localhost:80'], 'as browsers send it: http://localhost'],
    ['allowedOrigins', ['https://bücher.example'], 'as browsers send it: https://xn--bcher-kva.example'],
    ['allowedOrigins', ['capacitor://localhost/'], 'as browsers send it: capacitor://localhost'],
    ['allowedOrigins', ['capacitor://LOCALHOST'], 'as browsers send it: capacitor://localhost'],
    ['allowedOrigins', ['ionic://localhost/index.html?x=1'], 'as browsers send it: ionic://localhost'],
    ['allowedOrigins', ['capacitor://'], 'must be an origin such as'],
    ['allowedOrigins', ['file:///index.html'], 'must be an origin such as'],
    ['allowedOrigins', ['localhost:8100'], 'must be an origin such as'],
    ['allowedOrigins', ['app.example.com'], 'must be an origin such as'],
    ['allowedOrigins', [''], 'must be an origin such as'],
    ['allowedOrigins', ['https://*.example.com'], 'without *: name each'],
    ['allowedOrigins', ['*'], 'without *: name each'],
    ['allowedOrigins', ['null'], 'must be an origin'],
    ['allowedOrigins', 'https://app.example.com', 'array'],
    ['allowedRequestHeaders', ['*'], 'without *'],
    ['allowedRequestHeaders', ['x-app version'], 'names of headers such as'],
    ['allowedRequestHeaders', ['x-app-version:'], 'names of headers such as'],
    ['allowedRequestHeaders', [''], 'names of headers such as'],
    ['allowedRequestHeaders', 'x-app-version', 'array'],
    ['defaultLanguage', 'fr', 'en, de'],
  ])('stops at %s %j', (path, value, allowed) => {
    const message = messageOf(() => parse(path, value));

    expect(message).toContain(`keyturn.${path}`);
    expect(message).toContain(JSON.stringify(Array.isArray(value) ? value[0] : value));
    expect(message).toContain(allowed);
  });

  it.each([
    ['productName', '7'],
    ['productName', '本棚'],
    ['productName', 'किताब'],
    ['productName', '책\u3164장'],
    ['publicUrl', 'https://auth.bookshelf.example:8443'],
    ['publicUrl', 'http://127.0.0.1:3000'],
    ['publicUrl', 'http://localhost:3000'],
    ['publicUrl', 'http://[::1]:3000'],
    ['audience', 'https://api.bookshelf.example'],
    ['defaultLanguage', 'de'],
    ['allowedOrigins', ['https://app.example.com', 'http://localhost:5173']],
    ['allowedRequestHeaders', ['x-app-version', 'x_request_id']],
    ['allowedOrigins', ['capacitor://localhost', 'ionic://localhost', 'https://localhost', 'tauri://localhost']],
  ])('takes %s %j', (path, value) => {
    expect(valueAt(parse(path, value), path)).toEqual(value);
  });

  it('names a key that there is not, at the top and further in', () => {
    expect(messageOf(() => parse('colour', 'blue'))).toMatch(/has no key colour/);
    expect(messageOf(() => parse('tokens.recoverySecond', 600))).toMatch(/keyturn\.tokens.*has no key recoverySecond/);
  });

  it.each<[string, unknown, string]>([
    ['publicUrl', 'https://user:a-pass-word@auth.bookshelf.example', '"https://…@auth.bookshelf.example"'],
    ['sender', 'Sk1test4eC39HqLyjWDarjtT1zdp7dc', '"Sk1t… (31 characters)"'],
    ['defaultLanguage', `eyJ${'hbGciOi'.repeat(9)}.x`, '"eyJh… (68 characters)"'],
    [
      'tokens',
      { apiKey: 'hunter2hunter2', signUpSeconds: 3600 },
      '{"apiKey":"hunt… (14 characters)","signUpSeconds":3600}',
    ],
    ['sms', { countries: ['-----BEGIN PRIVATE KEY-----'] }, '"----… (27 characters)"'],
    ['productName', 'A long name '.repeat(15), `"${'A long name '.repeat(15).slice(0, 159)}…`],
  ])('shows no secret that was put at %s, and no more than helps: %j', (path, value, shown) => {
    const message = messageOf(() => parse(path, value));

    expect(message).toContain(` is ${shown}`);
    for (const secret of ['a-pass-word', 'WDarjtT1', 'OihbGci', 'hunter2hunter2', 'PRIVATE']) {
      expect(message).not.toContain(secret);
    }
  });

  it('names all that is wrong at once', () => {
    const message = messageOf(() => parseSettings({ sender: 'x', tokens: { recoverySeconds: 1 } }));

    for (const key of ['productName', 'sender', 'publicUrl', 'tokens.recoverySeconds']) {
      expect(message).toContain(`keyturn.${key} is`);
    }
  });

  it.each([null, undefined, 'text', 7, []])('stops at %j where the settings should be', (raw) => {
    expect(messageOf(() => parseSettings(raw))).toContain('cdk.json');
  });
});

describe('the settings of captchas', () => {
  const captcha = (given: object) => () => parseSettings({ ...REQUIRED, captcha: given });

  it('are off, and ask near a limit where they are on', () => {
    expect(parseSettings(REQUIRED).captcha).toEqual({
      enabled: false,
      provider: 'turnstile',
      siteKey: null,
      when: 'nearLimit',
      hostnames: [],
      sendsSourceIp: false,
      url: null,
      timeoutMs: 800,
    });
  });

  it('are refused without a site key where they are on: clients could show no widget', () => {
    expect(messageOf(captcha({ enabled: true }))).toMatch(/keyturn\.captcha\.siteKey .*must be set/);
    expect(captcha({ enabled: true, siteKey: '1x00000000000000000000AA' })).not.toThrow();
    expect(captcha({ siteKey: null })).not.toThrow();
  });

  it.each([
    ['a provider that speaks another protocol', { provider: 'arkose' }, /provider/],
    ['an address that others can read on the way', { url: 'http://siteverify.example/' }, /url/],
    ['an address with a password in it', { url: 'https://me:secret@siteverify.example/' }, /url/],
    ['a secret among them', { secret: '0x4AAA' }, /secret/],
    ['a URL for a host', { hostnames: ['https://www.bookshelf.example'] }, /hostnames/],
    ['a site key that is none', { siteKey: 'a"key' }, /siteKey/],
  ])('are refused for %s', (_, given, message) => {
    expect(captcha(given)).toThrow(message);
  });
});
