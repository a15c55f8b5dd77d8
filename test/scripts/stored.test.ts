import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { itemBytes } from '../../scripts/stored/item-bytes.ts';
import { measureStored } from '../../scripts/stored/measure-stored.ts';
import { storedTable, tableIn, withTable } from '../../scripts/stored/stored-table.ts';
import { STRANGERS_REQUESTS } from '../../scripts/stored/strangers-requests.ts';
import { httpContracts } from '../support/fixtures.ts';

const PAGE = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');

const BYTES = / · ([\d,]+) · /g;
const withoutBytes = (table: string): string => table.replaceAll(BYTES, ' · ');
const bytesIn = (table: string): number[] =>
  [...table.matchAll(BYTES)].map(([, bytes = '']) => Number(bytes.replaceAll(',', '')));

describe('what the requests of strangers leave in the tables', () => {
  it('is what docs/security.md says', async () => {
    const now = storedTable(await measureStored());
    const told = tableIn(PAGE);

    expect(withoutBytes(told)).toBe(withoutBytes(now));
    // Instants have different digits at different times.
    const apart = bytesIn(told).map((bytes, index) => Math.abs(bytes - (bytesIn(now)[index] ?? 0)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(50);
  });

  it('leaves out no flow that strangers can call, but those that have no tables', () => {
    const measured = new Set(STRANGERS_REQUESTS.map(({ name }) => name.split(' ')[0]));
    const open = httpContracts.filter(({ caller, tables }) => caller === 'anyone' && Object.keys(tables).length > 0);

    expect(open.map(({ flow }) => flow).filter((flow) => !measured.has(flow))).toEqual([]);
  });

  it('takes the place of the table before, and nothing else', () => {
    expect(withTable(PAGE, tableIn(PAGE))).toBe(PAGE);
    expect(tableIn(withTable(PAGE, '| new |'))).toBe('| new |');
    expect(() => withTable('no place', '| new |')).toThrow('must have <!-- npm run stored: begin -->');
  });
});

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
describe('the bytes of an item', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['a name and a text, in UTF-8', { pk: 'é' }, 4],
    ['a number of three digits', { n: 123 }, 1 + 3],
    ['a number whose trailing zeros do not count', { n: 12_000 }, 1 + 2],
    ['a negative number', { n: -12 }, 1 + 3],
    ['nothing', { n: null }, 1 + 1],
    ['a list of two texts', { l: ['a', 'b'] }, 1 + 3 + 2 + 2],
    ['a map of one text', { m: { k: 'vv' } }, 1 + 3 + 1 + 3],
  ])('counts %s', (_what, item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });
});
