import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type CountryCode, getCountryCallingCode } from 'libphonenumber-js/mobile/es6';
import { canonicalPhoneNumber } from '../../shared/primitives/phone-number.ts';
import { NUMBERED_WITH } from '../../shared/settings/sms-countries.ts';
import { phoneHint } from '../../shared/two-factor/second-factors.ts';

/** A mobile number of every region, without its calling code. @see test/data/LICENSE.libphonenumber-js.MIT.txt */
const examples = Object.entries(
  JSON.parse(
    readFileSync(new URL('../data/libphonenumber_example_mobile_numbers.json', import.meta.url), 'utf8'),
  ) as Record<string, string>,
).map(([region, national]) => ({ region, e164: `+${getCountryCallingCode(region as CountryCode)}${national}` }));

/**
 * What the example of a region is read as that does not tell it: those that share all numbers with a larger one, and the Isle of Man,
 * whose example is of a range that Great Britain has too. Its other ranges are its own.
 */
const SHARED: Readonly<Record<string, string>> = { ...NUMBERED_WITH, IM: 'GB' };

const VIENNA = { e164: '+436601234567', country: 'AT' };

describe('phone-number', () => {
  it('takes the example of each of the 245 regions as it is', () => {
    const found = examples.map(({ e164 }) => canonicalPhoneNumber(e164));

    expect(examples).toHaveLength(245);
    expect(found).toEqual(examples.map(({ region, e164 }) => ({ e164, country: SHARED[region] ?? region })));
  });

  /** Numbers that begin as those of a larger neighbour with the same calling code. */
  it.each([
    ['+44 7781 123456', 'GG'],
    ['+44 7797 123456', 'JE'],
    ['+44 7624 123456', 'IM'],
    ['+44 7524 123456', 'IM'],
    ['+44 7400 123456', 'GB'],
    ['+1 787 555 1234', 'PR'],
    ['+1 939 555 1234', 'PR'],
    ['+1 340 642 1234', 'VI'],
    ['+1 671 300 1234', 'GU'],
    ['+1 684 733 1234', 'AS'],
    ['+1 670 234 5678', 'MP'],
    ['+1 876 210 1234', 'JM'],
    ['+1 809 234 5678', 'DO'],
    ['+1 204 234 5678', 'CA'],
    ['+7 701 123 4567', 'KZ'],
    ['+7 912 345 6789', 'RU'],
    ['+262 639 01 23 45', 'YT'],
    ['+262 692 01 23 45', 'RE'],
    ['+599 9 518 1234', 'CW'],
    ['+599 318 1234', 'BQ'],
    ['+590 690 00 12 34', 'GP'],
  ])("never counts %s as a neighbour's: it is %s", (text, country) => {
    expect(canonicalPhoneNumber(text)?.country).toBe(country);
  });

  it.each(Object.entries(NUMBERED_WITH))(
    'can not tell a number of %s from one of %s, as settings say',
    (own, other) => {
      const example = examples.find(({ region }) => region === own);

      expect(canonicalPhoneNumber(example?.e164 ?? '')?.country).toBe(other);
    },
  );

  it('reads every example behind 00 and with separators as the same number', () => {
    for (const { e164 } of examples) {
      const canonical = canonicalPhoneNumber(e164);

      expect(canonicalPhoneNumber(`00${e164.slice(1)}`)).toEqual(canonical);
      expect(canonicalPhoneNumber(`(${e164.slice(0, 3)}) ${e164.slice(3).split('').join('-')}`)).toEqual(canonical);
    }
  });

  it.each([
    '+43 660 1234567',
    '+43-660-123.45.67',
    '+43 (660) 123 45 67',
    '+43 (0) 660 1234567',
    '+43 0660 1234567',
    '0043 660 1234567',
    '(0043) 660 1234567',
    ' +43 660 1234567 ',
    '+43\u00a0660\u202f1234567',
    '+43\u2011660\u20131234567',
    '\u202a+43 660 1234567\u202c',
    '+43 660/1234567',
    '+43 660 1234567¹',
    'tel:+43-660-1234567',
    'sms:+43-660-1234567',
    'TEL:+436601234567',
    '＋43 660 1234567',
    '+４３６６０１２３４５６７',
    '+٤٣ ٦٦٠ ١٢٣٤٥٦٧',
    '+43 660\n1234567',
    '+43\t6601234567\n',
    '+43ー660ー1234567',
    '+43\u2212660\u22121234567',
    '„+43 660 1234567“,',
    '+43 660 1234567'.padEnd(64),
  ])('forgives how %j is written', (text) => {
    expect(canonicalPhoneNumber(text)).toEqual(VIENNA);
  });

  it.each([
    ['nothing', ''],
    ['a national number', '0660 1234567'],
    ['another international prefix', '011 43 660 1234567'],
    ['no prefix', '43 660 1234567'],
    ['two prefixes', '+0043 660 1234567'],
    ['two plus signs', '++43 660 1234567'],
    ['a plus sign within', '+43+660 1234567'],
    ['a prefix and nothing else', '+'],
    ['an unknown calling code', '+999 660 1234567'],
    ['too few digits', '+43 660 12'],
    ['too many digits', '+43 660 12345678901'],
    ['an extension', '+43 660 1234567 ext. 5'],
    ['a short extension', '+43 660 1234567x5'],
    ['an RFC 3966 extension', '+43 660 1234567;ext=5'],
    ['words', '+1 800 FLOWERS'],
    ['a number within a text', 'call +43 660 1234567'],
    ['two numbers', '+436601234567,+436601234568'],
    ['65 characters', '+43 660 1234567'.padEnd(65)],
    ['a URI with a parameter', 'tel:+436601234567;phone-context=example.com'],
    ['a URI of another scheme', 'fax:+436601234567'],
    ['a message in a link', 'sms:+436601234567?body=hello'],
    ['a scheme within', '+43tel:6601234567'],
    ['a fixed line', '+43 1 58858 0'],
    ['an Austrian premium number', '+43 900 123456'],
    ['a German premium number', '+49 900 1 234567'],
    ['a British premium number', '+44 871 234 5678'],
    ['an American premium number', '+1 900 234 5678'],
    ['a freephone number', '+49 800 1234567'],
    ['a British personal number', '+44 70 1234 5678'],
    ['an American personal number', '+1 500 234 5678'],
    ['a Canadian satellite number', '+1 600 234 5678'],
    ['an Australian satellite number', '+61 147 101 234'],
    ['a pager', '+44 7640 123456'],
    ['international freephone', '+800 1234 5678'],
    ['international shared cost', '+808 1234 5678'],
    ['Inmarsat', '+870 773 111 632'],
    ['universal personal telecommunications', '+878 10 1234567890'],
    ['global mobile satellite', '+881 612 345 678'],
    ['international networks', '+882 1345 6789'],
    ['international networks, the other code', '+883 5100 12345678'],
    ['disaster relief', '+888 123 456 789'],
    ['international premium', '+979 1234 56789'],
  ])('refuses %s', (_, text) => {
    expect(canonicalPhoneNumber(text)).toBeNull();
  });

  it.each([
    ['+52 1 55 1234 5678', '+525512345678', 'MX'],
    ['+52 55 1234 5678', '+525512345678', 'MX'],
    ['+55 11 8765 4321', '+5511987654321', 'BR'],
    ['+55 11 98765 4321', '+5511987654321', 'BR'],
    ['+229 95 12 34 56', '+2290195123456', 'BJ'],
    ['+229 01 95 12 34 56', '+2290195123456', 'BJ'],
  ])('reads %s of an old address book as %s, which it has become', (text, e164, country) => {
    expect(canonicalPhoneNumber(text)).toEqual({ e164, country });
  });

  it.each(['+52 1 55 1234 567', '+55 11 3765 4321', '+55 01 8765 4321', '+229 21 12 34 56'])(
    'makes no number of %s, which never was a mobile one',
    (text) => {
      expect(canonicalPhoneNumber(text)).toBeNull();
    },
  );

  it('takes a number of a plan that does not tell mobile from fixed', () => {
    expect(canonicalPhoneNumber('+1 (201) 555-0123')).toEqual({ e164: '+12015550123', country: 'US' });
    expect(canonicalPhoneNumber('+1 250 555 0123')).toEqual({ e164: '+12505550123', country: 'CA' });
  });

  it('comes to null or to one E.164 number that it leaves as it is, whatever it is given', () => {
    const phoneLike = fc.string({ unit: fc.constantFrom(...Array.from('+0123456789 -().')), maxLength: 34 });
    fc.assert(
      fc.property(fc.oneof(phoneLike, fc.string({ unit: 'binary', maxLength: 40 })), (text) => {
        const found = canonicalPhoneNumber(text);

        if (found === null) return;
        expect(found.e164).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(found.country).toMatch(/^[A-Z]{2}$/);
        expect(canonicalPhoneNumber(found.e164)).toEqual(found);
      }),
      { numRuns: 2000 },
    );
  });

  it('hints at a number by its last two digits', () => {
    expect(phoneHint('+436601234542')).toBe('•• 42');
  });
});
