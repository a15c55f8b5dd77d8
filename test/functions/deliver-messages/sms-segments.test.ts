import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { smsSegments } from '../../../functions/deliver-messages/sms/sms-segments.ts';

/** Outside the basic plane: two UTF-16 units. */
const BOOKS = '📚';

describe('sms-segments', () => {
  it.each<[string, string, 'GSM-7' | 'UCS-2', number, number]>([
    ['nothing', '', 'GSM-7', 0, 1],
    ['plain text', 'hello', 'GSM-7', 5, 1],
    ['German letters', 'äöüßÄÖÜ', 'GSM-7', 7, 1],
    ['line ends', 'a\nb\r\n', 'GSM-7', 5, 1],
    ['Greek capitals of the alphabet', 'ΔΦΓΛΩΠΨΣΘΞ', 'GSM-7', 10, 1],
    ['the signs at its ends', '@£$¥èéùìòÇ¡§¿ñà_¤', 'GSM-7', 17, 1],
    ['the extension table', '\f^{}\\[~]|€', 'GSM-7', 20, 1],
    ['160 characters', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 characters', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['306 characters', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['307 characters', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['80 escaped', '€'.repeat(80), 'GSM-7', 160, 1],
    ['81 escaped', '€'.repeat(81), 'GSM-7', 162, 2],
    ['an escape that would be parted', `${'a'.repeat(152)}€${'a'.repeat(151)}`, 'GSM-7', 305, 2],
    ['an escape that costs a segment', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 306, 3],
    ['a small c with cedilla', 'ç', 'UCS-2', 1, 1],
    ['a backtick', '`', 'UCS-2', 1, 1],
    ['a Greek small letter', 'ω', 'UCS-2', 1, 1],
    ['the ohm sign', '\u2126', 'UCS-2', 1, 1],
    ['a typographic apostrophe', 'don’t', 'UCS-2', 5, 1],
    ['a letter and its combining accent', 'e\u0301', 'UCS-2', 2, 1],
    ['Cyrillic', 'Код', 'UCS-2', 3, 1],
    ['70 units', 'ж'.repeat(70), 'UCS-2', 70, 1],
    ['71 units', 'ж'.repeat(71), 'UCS-2', 71, 2],
    ['134 units', 'ж'.repeat(134), 'UCS-2', 134, 2],
    ['135 units', 'ж'.repeat(135), 'UCS-2', 135, 3],
    ['one character that makes all of it UCS-2', `${'a'.repeat(70)}ж`, 'UCS-2', 71, 2],
    ['35 pairs', BOOKS.repeat(35), 'UCS-2', 70, 1],
    ['a pair that would be parted', `${'ж'.repeat(66)}${BOOKS}${'ж'.repeat(65)}`, 'UCS-2', 133, 2],
    ['a pair that costs a segment', `${'ж'.repeat(66)}${BOOKS}${'ж'.repeat(66)}`, 'UCS-2', 134, 3],
    ['half a pair', '\ud83d', 'UCS-2', 1, 1],
  ])('counts %s', (_, text, encoding, units, segments) => {
    expect(smsSegments(text)).toEqual({ encoding, units, segments });
  });

  it('has in its default alphabet 127 characters and in its extension 10', () => {
    const everything = Array.from({ length: 0x3000 }, (_, code) => smsSegments(String.fromCharCode(code)));
    const sized = (units: number) => everything.filter((one) => one.encoding === 'GSM-7' && one.units === units).length;

    expect([sized(1), sized(2)]).toEqual([127, 10]);
  });

  it('never needs fewer segments for more text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'binary' }), (text, more) => {
        expect(smsSegments(text + more).segments).toBeGreaterThanOrEqual(smsSegments(text).segments);
      }),
    );
  });
});
