import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { canonicalPhoneNumber } from '../../shared/primitives/phone-number.ts';
import { foldText, stripIdentifiers } from '../../shared/primitives/strip-identifiers.ts';

const strip = (text: string, known: { email?: string; phoneNumber?: string; texts?: string[] }): string =>
  stripIdentifiers(foldText(text), {
    email: known.email,
    phoneNumber: known.phoneNumber,
    texts: known.texts ?? [],
  });

/** A mobile number of each country, in national digits. */
const EXAMPLES = Object.entries(
  JSON.parse(
    readFileSync(new URL('../data/libphonenumber_example_mobile_numbers.json', import.meta.url), 'utf8'),
  ) as Record<string, string>,
);

describe('strip-identifiers', () => {
  it.each([
    ['as it is stored', 'a@b.co'],
    ['in capitals', 'A@B.CO'],
    ['full-width', 'ａ＠ｂ．ｃｏ'],
    ['twice', 'a@b.coA@b.co'],
  ])('takes an address out %s', (_, text) => {
    expect(strip(text, { email: 'a@b.co' })).toBe('');
  });

  it.each(['a@xn--bcher-kva.example', 'a@bücher.example', 'A@BÜCHER.example', 'a@bu\u0308cher.example'])(
    'takes an address out as its owner types its domain: %s',
    (text) => {
      expect(strip(text, { email: 'a@xn--bcher-kva.example' })).toBe('');
    },
  );

  it.each([
    'q8 k5191 io',
    'q8(at)k5191.io',
    'q8k5191.io',
    'q8_at_k5191_dot_io',
    'q8 @ k5191 . io',
    'q8\u200b@k5191.io',
    'q8@k5191io',
    'q8[at]k5191[dot]io',
  ])('takes an address out with other separators: %j', (text) => {
    expect(strip(`${text}!`, { email: 'q8@k5191.io' })).toBe('!');
  });

  it('takes a short address out with its separators alone: without them it is part of ordinary words', () => {
    expect(strip('abcore 77 a-b-co', { email: 'a@b.co' })).toBe('abcore 77 ');
  });

  it('is done with what looks like an address for long as fast as with anything', () => {
    const email = `${'a.'.repeat(31)}a@${'a.'.repeat(90)}aa`;

    expect(strip('a@.'.repeat(40), { email })).toBe('a@.'.repeat(40));
  });

  it('leaves what is around it', () => {
    expect(strip('mail a@b.co when the soup is ready', { email: 'a@b.co' })).toBe('mail  when the soup is ready');
  });

  it('takes out a text of four code points and none that is shorter', () => {
    expect(strip('j.p. and jo.d too', { texts: ['jo.d', 'jo', 'j.p'] })).toBe('j.p. and  too');
  });

  it.each([
    ['maxmustermann', ''],
    ['maxmustermann2024', '2024'],
    ['my maxmustermanns', 'my maxmustermanns'],
  ])('takes a name out that is written without a blank: %j', (text, left) => {
    expect(strip(text, { texts: ['Max Mustermann'] })).toBe(left);
  });

  it.each([
    '+436601234567',
    '436601234567',
    '00436601234567',
    '06601234567',
    '6601234567',
    '1234567',
    '+43 660 1234567',
    '+43 (0)660 / 123 45 67',
    '0043-660-1234567',
    '0660 1234567',
    '0660/1234567',
    '(0660) 123-4567',
    '0660.123.45.67',
    '0660\u00a0123\u20114567',
    '\u202d0660 1234567\u202c',
    '０６６０１２３４５６７',
    '٠٦٦٠١٢٣٤٥٦٧',
    '+४३ ६६० १२३४५६७',
  ])('leaves next to nothing of a number that is written %j', (text) => {
    const left = strip(text, { phoneNumber: '+436601234567' });

    expect(left).toMatch(/^[\d+(\u202c\u202d]{0,6}$/);
  });

  it.each(EXAMPLES)('knows the national form of a number of %s', (country, national) => {
    const e164 = [...Array(1000).keys()]
      .map((code) => canonicalPhoneNumber(`+${code}${national}`))
      .find((number) => number?.country === country)?.e164;
    if (e164 === undefined) return; // not a number for SMS (docs/adr/0010)

    expect(strip(national, { phoneNumber: e164 })).toBe('');
    expect(strip(national.split('').join(' '), { phoneNumber: e164 })).toBe('');
    expect(strip(national.slice(0, -1), { phoneNumber: e164 })).toBe(national.slice(0, -1));
  });

  it.each([
    '06 apples, 60 pears, 123 plums, 4567 nuts',
    '0 six 6 six 0 one 1 two 2 three 3',
    '2026-11-28 20:15',
    '123456',
    '660 123',
    '7654321 0660',
  ])('takes nothing for the number that only has digits of it: %j', (text) => {
    expect(strip(text, { phoneNumber: '+436601234567' })).toBe(text);
  });
});
