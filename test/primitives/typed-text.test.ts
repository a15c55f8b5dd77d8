import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isDigitCode } from '../../shared/primitives/digit-code.ts';
import { canonicalEmailAddress } from '../../shared/primitives/email-address.ts';
import { readOneTimeToken } from '../../shared/primitives/one-time-token.ts';
import { canonicalPhoneNumber } from '../../shared/primitives/phone-number.ts';
import { plainSymbols, withoutSeparators } from '../../shared/primitives/typed-text.ts';
import { readRecoveryCode } from '../../shared/two-factor/recovery-code.ts';

/** How a text that a person typed or pasted is read, in groups; `null` for one that is none. */
interface Reader {
  what: string;
  groups: readonly [string, string, string];
  /** What stands between the groups where nothing was changed. */
  between: string;
  read: (text: string) => string | null;
  meant: string;
}

const SYMBOLS: readonly Reader[] = [
  {
    what: 'a code of six digits',
    groups: ['12', '34', '56'],
    between: '',
    read: (text) => {
      const code = withoutSeparators(text);
      return isDigitCode(code) ? code : null;
    },
    meant: '123456',
  },
  {
    what: 'a recovery code',
    groups: ['0123', '4567', '89ABCDEF'],
    between: '-',
    read: (text) => readRecoveryCode(withoutSeparators(text)),
    meant: '0123456789ABCDEF',
  },
  {
    what: 'a token',
    groups: ['0110', 'ABCD', 'EFGHJKMNPQRSTVWXYZ'],
    between: '-',
    read: readOneTimeToken,
    meant: '0110ABCDEFGHJKMNPQRSTVWXYZ',
  },
  {
    what: 'a phone number',
    groups: ['+43', '660', '1234567'],
    between: ' ',
    read: (text) => canonicalPhoneNumber(text)?.e164 ?? null,
    meant: '+436601234567',
  },
];

const ADDRESS: Reader = {
  what: 'an e-mail address',
  groups: ['reader', '@example', '.org'],
  between: '',
  read: canonicalEmailAddress,
  meant: 'reader@example.org',
};

const READERS = [...SYMBOLS, ADDRESS];

const plain = ({ groups, between }: Reader): string => groups.join(between);

/** What copying, keyboards and address books put around a text. */
const AROUND: readonly [name: string, before: string, after: string][] = [
  ['a blank', '', ' '],
  ['a tab', '\t', '\t'],
  ['a line end', '', '\n'],
  ['a line end of Windows', '', '\r\n'],
  ['a no-break space', '\u00a0', '\u00a0'],
  ['an ideographic space', '\u3000', '\u3000'],
  ['a zero-width space', '\u200b', '\u200b'],
  ['a byte order mark', '\ufeff', ''],
  ['a word joiner', '\u2060', '\u2060'],
  ['an embedding of direction', '\u202a', '\u202c'],
  ['an isolate', '\u2066', '\u2069'],
  ['a direction mark', '\u200e', '\u200f'],
  ['an Arabic letter mark', '\u061c', ''],
];

/** What a sentence, a message or its markup puts around a text. An address could have some of these in it. */
const PUNCTUATION: readonly [before: string, after: string][] = [
  ['', '.'],
  ['', ','],
  ['“', '”'],
  ['„', '“,'],
  ['> ', ''],
  ['<', '>'],
  ['(', ')'],
  ['[', ']'],
  ['*', '*'],
  ['_', '_'],
  ['`', '`'],
  ['= ', ' ='],
  ['「', '」'],
  ['', '。'],
  ['、', '、'],
  ['', '，'],
];

/** What stands between groups, and is no part of a code, token or number. */
const BETWEEN: readonly [name: string, text: string][] = [
  ['a blank', ' '],
  ['several', '   '],
  ['a no-break space', '\u00a0'],
  ['a narrow no-break space', '\u202f'],
  ['a figure space', '\u2007'],
  ['a line end', '\n'],
  ['a hyphen', '-'],
  ['a non-breaking hyphen', '\u2011'],
  ['a figure dash', '\u2012'],
  ['an en dash', '\u2013'],
  ['an em dash between blanks', ' \u2014 '],
  ['a minus sign', '\u2212'],
  ['a full-width hyphen', '\uff0d'],
  ['a long-vowel mark', '\u30fc'],
  ['a half-width one', '\uff70'],
  ['a soft hyphen', '\u00ad'],
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a variation selector', '\ufe0f'],
  ['a Hangul filler', '\u3164'],
  ['a blank of Braille', '\u2800'],
];

/** The ten digits of each numbering system that has such. */
const DIGITS = Intl.supportedValuesOf('numberingSystem')
  .map((name) => ({
    name,
    digits: Array.from({ length: 10 }, (_, value) => new Intl.NumberFormat(`en-u-nu-${name}`).format(value)),
  }))
  .filter(({ digits }) => digits.every((digit) => /^\p{Nd}$/u.test(digit)));

describe('text that is typed or pasted', () => {
  it.each(
    READERS.flatMap((reader) => AROUND.map(([name, ...around]) => ({ reader, what: reader.what, name, around }))),
  )('is $what with $name around it', ({ reader, around: [before, after] }) => {
    expect(reader.read(`${before}${plain(reader)}${after}`)).toBe(reader.meant);
  });

  it.each(
    SYMBOLS.flatMap((reader) =>
      PUNCTUATION.map((around) => ({ reader, what: reader.what, name: around.join('…'), around })),
    ),
  )('is $what in $name', ({ reader, around: [before, after] }) => {
    expect(reader.read(`${before}${plain(reader)}${after}`)).toBe(reader.meant);
  });

  it.each(SYMBOLS.flatMap((reader) => BETWEEN.map(([name, text]) => ({ reader, what: reader.what, name, text }))))(
    'is $what with $name between its groups',
    ({ reader, text }) => {
      expect(reader.read(reader.groups.join(text))).toBe(reader.meant);
    },
  );

  it.each(BETWEEN)('is no e-mail address with %s within: that could be another address', (_, text) => {
    const read = ADDRESS.read(ADDRESS.groups.join(text));

    // A hyphen is a character like any other there, and what shows nothing has none in a domain (UTS 46).
    expect(read).not.toBe(ADDRESS.meant);
  });

  it.each(SYMBOLS)('is $what in the digits of every script', (reader) => {
    const read = DIGITS.map(({ name, digits }) => [
      name,
      reader.read(plain(reader).replace(/[0-9]/g, (digit) => digits[Number(digit)] ?? '')),
    ]);

    expect(read.length).toBeGreaterThan(50);
    expect(read).toEqual(DIGITS.map(({ name }) => [name, reader.meant]));
  });

  it('is a number in parentheses and with its plus sign, as it is one in quotes', () => {
    expect(plainSymbols('(0043) 660')).toBe('(0043) 660');
    expect(plainSymbols('\uff0b43')).toBe('+43');
    expect(plainSymbols('«+43 660»,')).toBe('+43 660');
  });

  it.each([
    ['12345', null],
    ['1234567', null],
    ['12345a', null],
    ['123.456', null],
    ['½23456', null],
    ['²23456', null],
    ['①23456', null],
    ['123456¹', '123456'],
    ['Ⅳ23456', null],
    ['一23456', null],
  ])('%s is no code that was not typed: %s', (text, code) => {
    expect(SYMBOLS[0]?.read(text)).toBe(code);
  });

  it('is plain once it was made plain, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const once = plainSymbols(text);

        expect(plainSymbols(once)).toBe(once);
        expect(withoutSeparators(text)).not.toMatch(/[\s-]/);
      }),
      { numRuns: 5000 },
    );
  });

  it('is made plain in one place: no other source settles by itself which characters are the same', () => {
    const settles = /\.normalize\(|\\p\{(?:Cf|Pd|Nd|Zs)\}|Default_Ignorable/;
    const root = join(import.meta.dirname, '../..');
    const sources = ['shared', 'functions'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const others = sources.filter(
      (path) => path.endsWith('.ts') && settles.test(readFileSync(join(root, path), 'utf8')),
    );

    expect(others.toSorted()).toEqual([
      'functions/deliver-messages/sms/gsm-name.ts', // a product's name in the alphabet of SMS
      'shared/account/password-policy.ts', // NIST SP 800-63B-4 §3.1.1.2
      'shared/contract/profile-fields.ts', // a web address's host, which browsers would make another of
      'shared/primitives/email-address.ts', // which letters a domain's name may have (RFC 5892), after UTS 46 has mapped them
      'shared/primitives/strip-identifiers.ts', // compares words of passwords
      'shared/primitives/typed-text.ts',
      'shared/settings/function-settings.ts', // a product's name has to show something
    ]);
  });
});
