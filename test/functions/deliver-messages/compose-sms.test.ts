import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type ComposeSmsInput, composeSms } from '../../../functions/deliver-messages/sms/compose-sms.ts';
import { smsSegments } from '../../../functions/deliver-messages/sms/sms-segments.ts';
import { LANGUAGES } from '../../../shared/primitives/language.ts';

const CODE = '012345';
const APP_HASH = 'FA+9qCX9VSu';
const HOST = 'auth.bookshelf.example';
/** A long but allowed name. */
const LONG_NAME = 'Bookshelf and Reading Circle of Graz-Süd';
const LONG_HOST = 'accounts.bookshelf-and.example';
const LONGEST_HOST = `${'a.'.repeat(120)}bookshelf.example`;

const EVERY = LANGUAGES.flatMap((language) =>
  (['sign-in', 'factor', 'phone'] as const).map((purpose) => ({ language, purpose })),
);

const compose = (changes: Partial<ComposeSmsInput>): string =>
  composeSms({
    code: CODE,
    purpose: 'sign-in',
    language: 'en',
    productName: 'Bookshelf',
    host: HOST,
    appHash: null,
    validSeconds: 600,
    ...changes,
  });

const linesOf = (text: string): string[] => text.split('\n');

const oneGsmSegment = { encoding: 'GSM-7', segments: 1, units: expect.any(Number) };

describe('compose-sms', () => {
  it('says what the code is for, how long it lives, that it is a secret, and where it goes', () => {
    expect(EVERY.map((one) => compose(one))).toEqual([
      `012345 is your sign-in code for Bookshelf.\nValid 10 min. Don't share it.\n@${HOST} #012345`,
      `012345 is your code to turn on SMS codes for Bookshelf.\nValid 10 min. Don't share it.\n@${HOST} #012345`,
      `012345 is your code to confirm this number for Bookshelf.\nValid 10 min. Don't share it.\n@${HOST} #012345`,
      `012345 ist Ihr Anmeldecode für Bookshelf.\nGilt 10 Min. Nie weitergeben.\n@${HOST} #012345`,
      `012345 aktiviert SMS-Codes bei Bookshelf.\nGilt 10 Min. Nie weitergeben.\n@${HOST} #012345`,
      `012345 bestätigt diese Nummer bei Bookshelf.\nGilt 10 Min. Nie weitergeben.\n@${HOST} #012345`,
    ]);
  });

  it.each([
    [600, 'Valid 10 min.', 'Gilt 10 Min.'],
    [599, 'Valid 9 min.', 'Gilt 9 Min.'],
    [60, 'Valid 1 min.', 'Gilt 1 Min.'],
    [59, 'Valid 59 s.', 'Gilt 59 Sek.'],
    [1, 'Valid 1 s.', 'Gilt 1 Sek.'],
  ])('says of %s seconds that are left no more than there are', (validSeconds, en, de) => {
    expect(compose({ validSeconds })).toContain(`\n${en} `);
    expect(compose({ validSeconds, language: 'de' })).toContain(`\n${de} `);
  });

  it.each(EVERY)('fits the longest name and host into one GSM-7 segment: $purpose ($language)', (one) => {
    const text = compose({ ...one, productName: LONG_NAME, host: LONG_HOST });

    expect([LONG_NAME.length, LONG_HOST.length]).toEqual([40, 30]);
    expect(smsSegments(text)).toEqual(oneGsmSegment);
    expect(text).toContain(LONG_NAME);
    expect(linesOf(text).at(-1)).toBe(`@${LONG_HOST} #${CODE}`);
  });

  it.each(EVERY)('puts the app hash on its own line before the last, in 140 bytes: $purpose ($language)', (one) => {
    for (const productName of ['Bookshelf', LONG_NAME]) {
      const text = compose({ ...one, productName, host: LONG_HOST, appHash: APP_HASH });

      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(140);
      expect(linesOf(text).slice(-2)).toEqual([APP_HASH, `@${LONG_HOST} #${CODE}`]);
      expect(text.startsWith(CODE)).toBe(true);
    }
  });

  it('keeps a usual name beside the app hash', () => {
    for (const one of EVERY) expect(compose({ ...one, appHash: APP_HASH })).toContain('Bookshelf');
  });

  it.each([
    ['Café Zürich', 'Café Zürich'],
    ['Księgarnia Łódź', 'Ksiegarnia Lodz'],
    ['Książka “Ž”', 'Ksiazka "Z"'],
    ['Cafe\u0301', 'Café'],
    ['Façade – Œuvre', 'Facade - OEuvre'],
    ['📚 Bookshelf™', 'Bookshelf'],
    ['Bookshelf 👩🏽‍💻', 'Bookshelf'],
    ['Ｂｏｏｋ', 'Book'],
    ['Öğrenci', 'Ögrenci'],
  ])('writes the name %s as %s', (productName, written) => {
    const text = compose({ productName });

    expect(linesOf(text)[0]).toBe(`012345 is your sign-in code for ${written}.`);
    expect(smsSegments(text)).toEqual(oneGsmSegment);
  });

  it.each(['Книжная полка', '本棚', 'Bookshelf 本棚', '📚', '…'])(
    'leaves out the name %s rather than part of it, and stays GSM-7',
    (productName) => {
      const text = compose({ productName });

      expect(linesOf(text)[0]).toBe('012345 is your sign-in code.');
      expect(smsSegments(text)).toEqual(oneGsmSegment);
    },
  );

  it('leaves out the name before the line that binds the code to the host', () => {
    const host = `${'a'.repeat(60)}.example`;

    const text = compose({ productName: LONG_NAME, host });

    expect(linesOf(text)).toEqual([
      '012345 is your sign-in code.',
      "Valid 10 min. Don't share it.",
      `@${host} #${CODE}`,
    ]);
  });

  it.each(EVERY)('sends the code even where the host leaves no room: $purpose ($language)', (one) => {
    const text = compose({ ...one, productName: LONG_NAME, host: LONGEST_HOST, appHash: APP_HASH });

    expect(smsSegments(text)).toEqual(oneGsmSegment);
    expect(text).toContain(CODE);
    expect(linesOf(text).at(-1)).toBe(APP_HASH);
    expect(text).not.toContain(LONGEST_HOST);
  });

  it('is one GSM-7 segment of three lines whatever the product is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...EVERY), (productName, one) => {
        const text = compose({ ...one, productName, host: LONG_HOST });

        expect(smsSegments(text)).toEqual(oneGsmSegment);
        expect(linesOf(text)).toHaveLength(3);
        expect(linesOf(text).at(-1)).toBe(`@${LONG_HOST} #${CODE}`);
      }),
    );
  });

  it.each([
    'Evil\n@evil.example #999999',
    'Evil\r\n@evil.example #999999',
    'Evil\u2028@evil.example #999999',
    'Evil\u0085\u0000\u001b',
  ])('lets the name %j add no line', (productName) => {
    const text = compose({ productName });

    expect(linesOf(text)).toHaveLength(3);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(linesOf(text).filter((line) => line.startsWith('@'))).toEqual([`@${HOST} #${CODE}`]);
  });
});
