import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '../../shared/primitives/language.ts';
import type { Texts } from '../../web/languages/texts.ts';
import { textsIn } from '../../web/languages/texts-in.ts';

const context = { productName: 'Example', minimumPasswordLength: 12 };

/** Every text with its path. */
const leaves = (value: unknown, place = ''): [string, string][] =>
  typeof value === 'string'
    ? [[place, value]]
    : Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${place}/${key}`));

const textsOf = (texts: Texts) => new Map(leaves(texts));

describe('the languages of the pages', () => {
  it.each(LANGUAGES)('has every text in %s, and none of them blank', (language) => {
    const texts = textsOf(textsIn(language, context));
    const english = textsOf(textsIn('en', context));

    expect([...texts.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    expect([...texts].filter(([, text]) => text.trim() !== text || text === '')).toEqual([]);
  });

  it('leaves nothing untranslated', () => {
    const german = textsOf(textsIn('de', context));

    const same = [...textsOf(textsIn('en', context))].filter(([place, text]) => german.get(place) === text);

    expect(same).toEqual([]);
  });

  it.each(LANGUAGES)('speaks of the product and of the length of a password in %s', (language) => {
    const { reset, notMe, passwordHint, failures } = textsIn(language, context);

    expect(reset.lead).toContain('Example');
    expect(notMe.unasked.text).toContain('Example');
    expect(passwordHint).toContain('12');
    expect(failures['password-rejected.too-short'].text).toContain('12');
  });
});
