import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import {
  matchTotp as match,
  nearMissOfTotp,
  stepEndSeconds,
  TOTP_SECRET_BYTES,
  totpSecretText,
  totpUri,
} from '../../shared/two-factor/totp.ts';

interface Vectors {
  hotp: { secretAscii: string; values: string[] };
  totp: { vectors: { alg: string; secretAscii: string; unixTime: number; otp: string }[] };
}

/**
 * Values of RFC 4226 appendix D and RFC 6238 appendix B, copied from the project's shared data.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4226#appendix-D
 * @see https://www.rfc-editor.org/rfc/rfc6238#appendix-B
 */
const { hotp, totp } = JSON.parse(
  readFileSync(new URL('../data/rfc4226_rfc6238_vectors.json', import.meta.url), 'utf8'),
) as Vectors;

const SECRET = Buffer.from(hotp.secretAscii);
const NEVER = 0;
const STEP_SECONDS = 30;
/** The first second of a time step. */
const NOW = 1_795_251_600;
const STEP = NOW / STEP_SECONDS;

const codeAt = (epochSeconds: number): string => generateSync({ secret: SECRET, epoch: epochSeconds });
const tryCode = (code: string, { nowSeconds = NOW, afterStep = NEVER } = {}): number | null =>
  match({ secret: SECRET, code, nowSeconds, afterStep });

describe('totp', () => {
  /** @asvs 11.2.1 */
  describe('the values of the RFCs', () => {
    it('are there: ten of HOTP, six of TOTP with SHA-1', () => {
      expect(hotp.values).toHaveLength(10);
      expect(totp.vectors.filter(({ alg }) => alg === 'SHA1')).toHaveLength(6);
    });

    // A time step is a HOTP counter (RFC 6238 §4.2). Step 0 ended before the service existed.
    it.each(hotp.values.map((code, counter) => ({ code, counter })).slice(1))(
      'are accepted: HOTP $code of counter $counter, in the step of that number',
      ({ code, counter }) => {
        const step = tryCode(code, { nowSeconds: counter * STEP_SECONDS });

        expect(step).toBe(counter);
      },
    );

    it('are refused in the step that 1970 began with, which nobody can have enrolled in', () => {
      expect(tryCode(hotp.values[0] ?? '', { nowSeconds: 0 })).toBeNull();
    });

    it.each(totp.vectors.filter(({ alg }) => alg === 'SHA1'))(
      'are accepted: the last six digits of $otp at $unixTime',
      ({ secretAscii, unixTime, otp }) => {
        const code = otp.slice(-6);

        const step = match({
          secret: Buffer.from(secretAscii),
          code,
          nowSeconds: unixTime,
          afterStep: NEVER,
        });

        expect(step).toBe(Math.floor(unixTime / STEP_SECONDS));
      },
    );

    it.each(totp.vectors.filter(({ alg }) => alg === 'SHA1'))(
      'come out of the library with all eight digits: $otp at $unixTime',
      ({ secretAscii, unixTime, otp }) => {
        const code = generateSync({ secret: Buffer.from(secretAscii), epoch: unixTime, digits: 8 });

        expect(code).toBe(otp);
      },
    );

    /** @asvs 11.4.1 */
    it.each(totp.vectors.filter(({ alg }) => alg !== 'SHA1'))(
      'of another algorithm are refused: $alg at $unixTime',
      ({ secretAscii, unixTime, otp }) => {
        const code = otp.slice(-6);

        const step = match({ secret: Buffer.from(secretAscii), code, nowSeconds: unixTime, afterStep: NEVER });

        expect(step).toBeNull();
      },
    );
  });

  describe('the window', () => {
    it.each([
      ['in the first second of its step', NOW, STEP],
      ['in the last second of its step', NOW + 29, STEP],
      ['in the first second of the next step', NOW + 30, STEP],
      ['in the last second of the next step', NOW + 59, STEP],
      ['two steps later', NOW + 60, null],
      ['a second before its step', NOW - 1, STEP],
      ['a step before its own', NOW - 30, STEP],
      ['a second more before that', NOW - 31, null],
      ['two steps before its own', NOW - 60, null],
      ['a day later', NOW + 24 * 3600, null],
    ])('takes a code %s as it should', (_, nowSeconds, step) => {
      expect(tryCode(codeAt(NOW), { nowSeconds })).toBe(step);
    });

    it('answers the step of the code and not the present one, so that the present one is still to be used', () => {
      const step = tryCode(codeAt(NOW - STEP_SECONDS));

      expect(step).toBe(STEP - 1);
      expect(tryCode(codeAt(NOW), { afterStep: STEP - 1 })).toBe(STEP);
    });
  });

  describe('a near miss', () => {
    it.each([
      ['two steps later', NOW + 60, STEP],
      ['in the last second of that', NOW + 89, STEP],
      ['three steps later', NOW + 90, null],
      ['two steps before its own', NOW - 60, STEP],
      ['a second before that', NOW - 61, null],
      ['in its own step', NOW, null],
      ['a step later', NOW + 30, null],
      ['a step before its own', NOW - 30, null],
    ])('is a code %s, or it is none', (_, nowSeconds, step) => {
      expect(nearMissOfTotp({ secret: SECRET, code: codeAt(NOW), nowSeconds, afterStep: NEVER })).toBe(step);
    });

    it('is no code that was used', () => {
      const late = { secret: SECRET, code: codeAt(NOW), nowSeconds: NOW + 60 };

      expect(nearMissOfTotp({ ...late, afterStep: STEP })).toBeNull();
      expect(nearMissOfTotp({ ...late, afterStep: STEP - 1 })).toBe(STEP);
    });
  });

  describe('a code that was used', () => {
    it.each([
      ['of the last accepted step', NOW, STEP],
      ['of the step before the last accepted', NOW - STEP_SECONDS, STEP],
      ['of a step that is long past', NOW - 10 * STEP_SECONDS, STEP],
    ])('or could have been is refused: one %s', (_, codeSeconds, afterStep) => {
      expect(tryCode(codeAt(codeSeconds), { afterStep })).toBeNull();
    });

    it('is refused in the step after its own too', () => {
      expect(tryCode(codeAt(NOW), { nowSeconds: NOW + STEP_SECONDS, afterStep: STEP })).toBeNull();
    });

    it('stays refused when the clock was put back: steps that were accepted in the future are no fault', () => {
      expect(tryCode(codeAt(NOW), { afterStep: STEP + 1000 })).toBeNull();
      expect(tryCode(codeAt(NOW), { afterStep: Number.MAX_SAFE_INTEGER })).toBeNull();
    });
  });

  it.each([
    ['nothing', ''],
    ['five digits', codeAt(NOW).slice(0, 5)],
    ['seven digits', `${codeAt(NOW)}0`],
    ['eight digits', '94287082'],
    ['a sign before it', `+${codeAt(NOW).slice(1)}`],
    ['letters', 'abcdef'],
    ['1e5', '1e5'],
    ['1e5 with blanks', '1e5   '],
    ['hexadecimal', '0x1F4A'],
    ['full-width digits', codeAt(NOW).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))],
    ['Arabic digits', codeAt(NOW).replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)))],
    ['a NUL behind it', `${codeAt(NOW)}\0`],
    ['a line end in place of the last digit', `${codeAt(NOW).slice(0, 5)}\n`],
    ['half a character', `\ud83d${codeAt(NOW).slice(1)}`],
    ['four thousand digits', '1'.repeat(4000)],
    ['a wrong code', codeAt(NOW).replace(/^./, (digit) => String((Number(digit) + 1) % 10))],
  ])('takes no code that is %s, and throws at none', (_, code) => {
    expect(tryCode(code)).toBeNull();
  });

  it('keeps a leading zero: 081804 is a code and 81804 is none', () => {
    const at = { nowSeconds: 1_111_111_109 };

    expect([tryCode('081804', at), tryCode('81804', at), tryCode(' 81804', at)]).toEqual([37_037_036, null, null]);
  });

  it('refuses a code under another secret', () => {
    const other = Buffer.from('12345678901234567891');

    expect(match({ secret: other, code: codeAt(NOW), nowSeconds: NOW, afterStep: NEVER })).toBeNull();
  });

  it('wants secrets of 160 bits', () => {
    expect(TOTP_SECRET_BYTES * 8).toBe(160);
  });

  /** @see RFC 4648 §10 */
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %j as %j, as RFC 4648 says, without padding', (bytes, text) => {
    expect(totpSecretText(Buffer.from(bytes))).toBe(text);
  });

  it('writes 20 bytes as 32 characters that an app reads back to the same code', () => {
    const text = totpSecretText(SECRET);

    expect(text).toMatch(/^[A-Z2-7]{32}$/);
    expect(generateSync({ secret: text, epoch: NOW })).toBe(codeAt(NOW));
  });

  describe('the URI', () => {
    it('names issuer, account and secret as authenticator apps read them', () => {
      const uri = totpUri({ secret: SECRET, issuer: 'Bookshelf', label: 'ada@example.com' });

      expect(uri).toBe(
        'otpauth://totp/Bookshelf:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bookshelf',
      );
    });

    it.each([
      ['Bücher & Söhne', 'ada+books@xn--bcher-kva.example'],
      ['100% Books?', "o'neil/x@example.com"],
      ['#1 Shelf=Best', '&secret=AAAA&x=@example.com'],
    ])('lets no character of %j or %j mean anything', (issuer, label) => {
      const uri = new URL(totpUri({ secret: SECRET, issuer, label }));

      expect([...uri.searchParams]).toEqual([
        ['secret', totpSecretText(SECRET)],
        ['issuer', issuer],
      ]);
      expect(decodeURIComponent(uri.pathname.split('/').at(-1) ?? '')).toBe(`${issuer}:${label}`);
      expect(uri.href).not.toContain('+'); // apps disagree whether a plus is a space
      expect(uri.hash).toBe('');
    });

    it('parts issuer and account by the only colon there is, whatever the product is called', () => {
      const uri = new URL(totpUri({ secret: SECRET, issuer: 'Books: the Shelf', label: 'ada@example.com' }));

      const [prefix, account, ...more] = decodeURIComponent(uri.pathname.slice(1)).split(':');
      expect([account, more]).toEqual(['ada@example.com', []]);
      expect(uri.searchParams.get('issuer')).toBe(prefix);
      expect(prefix).toBe('Books the Shelf');
    });
  });
});

describe('a time step', () => {
  it.each([
    [0, 30],
    [59_841_720, 1_795_251_630],
  ])('%i ends with second %i', (step, end) => {
    expect(stepEndSeconds(step)).toBe(end);
  });
});

describe('the text of a secret', () => {
  it('has no padding, whatever the length: apps refuse it', () => {
    expect(totpSecretText(Buffer.alloc(16))).toBe('A'.repeat(26));
  });
});
