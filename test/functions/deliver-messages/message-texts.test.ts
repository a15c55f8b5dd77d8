import { describe, expect, it } from '@jest/globals';
import { de } from '../../../functions/deliver-messages/mail/languages/de.ts';
import { en } from '../../../functions/deliver-messages/mail/languages/en.ts';
import type { MessageTexts } from '../../../functions/deliver-messages/mail/message-texts.ts';

const NAMES = [
  'product',
  'duration',
  'date',
  'time',
  'clock',
  'count',
  'device',
  'program',
  'system',
  'address',
  'number',
  'network',
  'country',
];
const VALUES = Object.fromEntries(NAMES.map((name) => [name, `«${name}»`]));

/** Every text of a language by its path, with inserted values. */
const flatten = (texts: unknown, path = ''): [string, string][] => {
  if (typeof texts === 'string') return [[path, texts]];
  if (typeof texts === 'function') return [[path, String(texts(VALUES))]];
  return Object.entries(texts as object).flatMap(([key, value]) => flatten(value, path ? `${path}.${key}` : key));
};

const valuesIn = (text: string): string[] => [...new Set(text.match(/«\w+»/g))].toSorted();

const textsOf = (language: MessageTexts) => new Map(flatten(language));

describe('message-texts', () => {
  it('are complete in both languages, and every one of them is translated', () => {
    const english = textsOf(en);
    const german = textsOf(de);

    expect([...german.keys()]).toEqual([...english.keys()]);
    for (const [path, text] of english) {
      expect(text.trim()).not.toBe('');
      expect({ path, text: german.get(path) }).not.toEqual({ path, text });
    }
  });

  it('fill in the same values in both languages', () => {
    const german = textsOf(de);

    for (const [path, text] of textsOf(en)) {
      expect({ path, values: valuesIn(german.get(path) ?? '') }).toEqual({ path, values: valuesIn(text) });
      expect(text).not.toContain('undefined');
    }
  });
});
