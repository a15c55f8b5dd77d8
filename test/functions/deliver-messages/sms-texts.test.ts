import { describe, expect, it } from '@jest/globals';
import { smsTextsDe } from '../../../functions/deliver-messages/sms/languages/sms-texts-de.ts';
import { smsTextsEn } from '../../../functions/deliver-messages/sms/languages/sms-texts-en.ts';
import { smsSegments } from '../../../functions/deliver-messages/sms/sms-segments.ts';

const VALUES = { code: '(code)', product: '(product)', minutes: '(minutes)', seconds: null };

/** Every text of a language by its path, with inserted values. */
const flatten = (texts: unknown, values: object, path = ''): [string, string][] => {
  if (typeof texts === 'string') return [[path, texts]];
  if (typeof texts === 'function') return [[path, String(texts(values))]];
  return Object.entries(texts as object).flatMap(([key, value]) => flatten(value, values, `${path}.${key}`));
};

const valuesIn = (text: string): string[] => [...new Set(text.match(/\(\w+\)/g))].toSorted();

const english = flatten(smsTextsEn, VALUES);
const german = new Map(flatten(smsTextsDe, VALUES));

describe('sms-texts', () => {
  it('are complete in both languages, translated, and fill in the same values', () => {
    expect([...german.keys()]).toEqual(english.map(([path]) => path));
    for (const [path, text] of english) {
      expect({ path, text: german.get(path) }).not.toEqual({ path, text });
      expect({ path, values: valuesIn(german.get(path) ?? '') }).toEqual({ path, values: valuesIn(text) });
    }
  });

  it.each([
    ['en', smsTextsEn],
    ['de', smsTextsDe],
  ])('are written in the alphabet of SMS and read well without a name (%s)', (_, texts) => {
    for (const [, text] of [...flatten(texts, VALUES), ...flatten(texts, { ...VALUES, product: null })]) {
      expect(smsSegments(text).encoding).toBe('GSM-7');
      expect(text).not.toMatch(/null|undefined| {2}| [.:]|^\s|\s$/);
    }
  });
});
