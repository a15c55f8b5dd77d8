import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type AsvsSources, asvsPage, faultsOf, ownSources } from '../../scripts/asvs/asvs-page.ts';
import { tagsIn } from '../../scripts/asvs/read-tags.ts';
import { doesNotApply, met, notMet, type Statement } from '../../scripts/asvs/statement.ts';

const own = ownSources();

const replaced = (id: string, statement: Statement | undefined): AsvsSources => {
  const { [id]: _, ...others } = own.statements;
  return { ...own, statements: statement ? { ...others, [id]: statement } : others };
};

describe('docs/asvs.md', () => {
  it('is what npm run asvs makes of the requirements, the statements and the tags of today', () => {
    expect(readFileSync(new URL('../../docs/asvs.md', import.meta.url), 'utf8')).toBe(asvsPage(own));
  });

  it('says of each requirement that applies how it stands, and of no other', () => {
    const lines = asvsPage(own).match(/^\| \d+\.\d+\.\d+ \(L[12]\) /gm) ?? [];

    expect(faultsOf(own)).toEqual([]);
    expect(lines).toHaveLength(Object.keys(own.statements).length);
    expect(new Set(lines).size).toBe(174);
  });

  it('shows in its head how many are not met yet, and which', () => {
    const open = Object.entries(own.statements).filter(([, { status }]) => status === 'not-met');

    const [, count, ids] = /\*\*(\d+) are not met yet\*\* \(([\d., ]+)\)/.exec(asvsPage(own)) ?? [];
    expect(Number(count)).toBe(open.length);
    expect(ids?.split(', ').toSorted()).toEqual(open.map(([id]) => id).toSorted());
  });

  it.each<[string, AsvsSources, string]>([
    ['a requirement without a statement', replaced('6.5.1', undefined), '6.5.1 has no statement'],
    [
      'one that is met without a test',
      { ...own, tags: own.tags.filter(({ ids }) => !ids.includes('10.4.8')) },
      '10.4.8 is met, and no test has its tag',
    ],
    ['a place that is not there', replaced('1.2.4', met('shared/gone.ts')), '1.2.4: there is no shared/gone.ts'],
    ['a statement about an unknown one', replaced('99.1.1', notMet('x')), '99.1.1 is no requirement that applies'],
    [
      'a statement about one that does not apply',
      replaced('6.8.3', met('web')),
      '6.8.3 is no requirement that applies',
    ],
    [
      'a tag of an unknown one',
      { ...own, tags: [...own.tags, { file: 'test/x.test.ts', title: 'x', ids: ['6.99.1'] }] },
      '6.99.1 is no requirement that applies',
    ],
    [
      'an excuse where there is no condition',
      replaced('6.2.1', doesNotApply('x')),
      '6.2.1 is no requirement on a condition',
    ],
  ])('is not written with %s', (_, sources, fault) => {
    expect(faultsOf(sources)).toContain(fault);
    expect(() => asvsPage(sources)).toThrow(fault);
  });
});

describe('a tag', () => {
  const read = (source: string) => tagsIn('test/x.test.ts', source);

  it.each<[string, string, string]>([
    ['a test', "/** @asvs 6.5.1, 6.5.2 */\nit('works', () => {});", 'works'],
    [
      'a test of many cases',
      "/** @asvs 6.5.1, 6.5.2 */\nit.each([\n  ['a', 1],\n])('takes %s', () => {});",
      'takes %s',
    ],
    ['a suite', "/** @asvs 6.5.1, 6.5.2 */\ndescribe('é is', () => { it('one', () => {}); });", 'é is'],
    [
      'a test in a suite, with another comment between',
      "describe('codes', () => {\n  /** @asvs 6.5.1, 6.5.2 */\n  // once\n  it('work', () => {});\n});",
      'codes work',
    ],
  ])('is read above %s', (_, source, title) => {
    expect(read(`// ünlike a byte\n${source}`)).toEqual([{ file: 'test/x.test.ts', title, ids: ['6.5.1', '6.5.2'] }]);
  });

  it.each([
    ['in another form', "/** @asvs v6.5.1 */\nit('works', () => {});", 'a mention of @asvs that is no tag'],
    ['beside a test', "it('works', () => {}); // @asvs 6.5.1", 'a mention of @asvs that is no tag'],
    ['above no test', "/** @asvs 6.5.1 */\nconst x = 1;\nit('works', () => {});", 'the tag 6.5.1 is above no test'],
    ['at the end', "it('works', () => {});\n/** @asvs 6.5.1 */", 'the tag 6.5.1 is above no test'],
  ])('is refused %s', (_, source, fault) => {
    expect(() => read(source)).toThrow(fault);
  });
});
