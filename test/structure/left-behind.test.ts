import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Rows of the tables about traces of a factor, number, password, session or challenge. */
const LINES = read('docs/adr/0019-what-is-left-behind.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what was there'))
  .map((line) => line.slice(2, -2).split(' | '));

/** Every kind of row that a role may access, `Tokens VERIFICATION`. */
const KINDS = [
  ...new Set(
    (Object.values(manifest) as Contract[]).flatMap(({ tables }) =>
      Object.entries(tables).flatMap(([table, words]) =>
        Object.keys(words).map((word) => `${table.charAt(0).toUpperCase()}${table.slice(1)} ${word}`),
      ),
    ),
  ),
].toSorted();

describe('what is left behind', () => {
  it.each(LINES)('ends as a test shows: %s', (...cells) => {
    const [file = '', title = ''] = /^`(test\/[\w/-]+)` (.+)$/.exec(cells[3] ?? '')?.slice(1) ?? [];

    expect(cells).toHaveLength(4);
    expect(title.length).toBeGreaterThan(3);
    expect(read(`${file}.test.ts`).replaceAll("\\'", "'")).toContain(title);
  });

  it.each(KINDS)('is written down of every kind of row: %s', (kind) => {
    const [table = '', word = ''] = kind.split(' ');

    expect(LINES.flat().filter((cell) => cell.includes(table) && cell.includes(`\`${word}\``))).not.toEqual([]);
  });
});
