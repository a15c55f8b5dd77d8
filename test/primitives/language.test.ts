import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { acceptedLocales, chooseLanguage, LOCALE_MAX_LENGTH, readLocale } from '../../shared/primitives/language.ts';

describe('language', () => {
  it.each<[(string | null | undefined)[], string]>([
    [['de'], 'de'],
    [['DE-at'], 'de'],
    [['de-Latn-CH'], 'de'],
    [['fr', 'de'], 'de'],
    [[null, 'de'], 'de'],
    [[undefined, '', 'en-GB', 'de'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
    [['den'], 'en'],
    [['deutsch'], 'en'],
    [['__proto__', 'constructor'], 'en'],
  ])('writes to somebody who preferences for %j in %s', (preferences, language) => {
    expect(chooseLanguage(preferences, 'en')).toBe(language);
  });

  it('falls back to what the operator chose', () => {
    expect(chooseLanguage(['fr-FR'], 'de')).toBe('de');
  });

  it.each<[string | undefined, string[]]>([
    ['de-AT,de;q=0.9,en;q=0.7', ['de-AT', 'de', 'en']],
    ['en;q=0.2, de ; q=0.8', ['de', 'en']],
    ['de;q=0, en', ['en']],
    ['*', []],
    ['de;q=nonsense', ['de']],
    ['en, de;q=0.5, fr;q=0.5', ['en', 'de', 'fr']],
    ['', []],
    [undefined, []],
    ['<script>, ../../etc, de', ['de']],
    [`${'x-'.repeat(99)}x, de`, []],
    [`de-${'a-'.repeat(LOCALE_MAX_LENGTH / 2)}a, en`, ['en']], // no profile could have it as its locale
  ])('reads %j of Accept-Language as %j', (header, locales) => {
    expect(acceptedLocales(header)).toEqual(locales);
  });

  it.each([
    ['de', 'de'],
    ['de-AT', 'de-AT'],
    ['de_AT', 'de-AT'],
    ['de_AT.UTF-8', 'de-AT'],
    ['ca_ES.UTF-8@valencia', 'ca-ES'],
    ['sr_Latn_RS', 'sr-Latn-RS'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['en-US-u-fw-mon-mu-celsius', 'en-US-u-fw-mon-mu-celsius'],
    ['th-TH-u-ca-buddhist-nu-thai', 'th-TH-u-ca-buddhist-nu-thai'],
    ['th-TH-u-nu-thai-x-lvariant-TH', 'th-TH-u-nu-thai-x-lvariant-TH'],
    ['ja-JP-u-ca-japanese-x-lvariant-JP', 'ja-JP-u-ca-japanese-x-lvariant-JP'],
    ['de-DE-1996-u-co-phonebk-nu-latn', 'de-DE-1996-u-co-phonebk-nu-latn'],
    ['th_TH@calendar=buddhist', 'th-TH'],
    ['de_AT@rg=atzzzz;currency=EUR', 'de-AT'],
    ['zh_TW_#Hant', 'zh-TW-Hant'],
    ['zh__#Hant', 'zh-Hant'],
    ['ja_JP_JP_#u-ca-japanese', 'ja-JP-JP-u-ca-japanese'],
    ['POSIX', null],
    ['system', null],
    ['Deutsch', null],
    ['C', null],
    ['C.UTF-8', null],
    ['', null],
    ['de-', null],
    ['de--AT', null],
    ['../../notes.txt', null],
    ['de AT', null],
    [`de-${'a-'.repeat(LOCALE_MAX_LENGTH)}a`, null],
  ])('reads the locale %j of a platform as %j', (text, tag) => {
    expect(readLocale(text)).toBe(tag);
  });

  it('lets nothing through that is no language tag, and never reads far', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (header) => {
        const locales = acceptedLocales(header);
        expect(locales.every((locale) => readLocale(locale) === locale)).toBe(true);
        expect(locales.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });
});
