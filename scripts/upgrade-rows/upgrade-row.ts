import { isDeepStrictEqual } from 'node:util';
import type { Dynamo, Item, Key, Write } from '../../shared/aws/dynamo.ts';
import type { RowSchema } from '../../shared/aws/row.ts';
import { isUnreadable } from '../../shared/outbox/outbox.ts';
import { type LastingTable, lastingSchemaOf } from './lasting-rows.ts';

/**
 * Outcome for a row. `present`: of the present version or newer already. `expiring`: expires before an old version is
 * dropped. `gone`: removed meanwhile. `unreadable`: does not match its version stamp, or the stamp is unknown.
 */
export type Upgraded = 'upgraded' | 'present' | 'expiring' | 'gone' | 'unreadable';

export interface UpgradeRowOptions {
  dynamo: Pick<Dynamo, 'write'>;
  table: LastingTable;
  /** As it was read. */
  item: Item;
  /** Reports without changing anything. */
  dryRun: boolean;
}

/** Writes the changed attributes and the version stamp, on the condition that they are still as they were read. */
const renewWrite = (table: LastingTable, item: Item, renewed: Item): Extract<Write, { kind: 'update' }> => {
  const changed = [...new Set([...Object.keys(item), ...Object.keys(renewed)])]
    .filter((attribute) => !isDeepStrictEqual(item[attribute], renewed[attribute]))
    .map((attribute, index) => ({ attribute, index, was: item[attribute], becomes: renewed[attribute] }));
  const set = changed.filter(({ becomes }) => becomes !== undefined);
  const removed = changed.filter(({ becomes }) => becomes === undefined);
  const known = changed.filter(({ was }) => was !== undefined);
  const removal = removed.length > 0 ? ` REMOVE ${removed.map(({ index }) => `#a${index}`).join(', ')}` : '';
  return {
    kind: 'update',
    table,
    key: { pk: item.pk, sk: item.sk } as Key,
    update: `SET ${set.map(({ index }) => `#a${index} = :new${index}`).join(', ')}${removal}`,
    condition: changed
      .map(({ index, was }) => (was === undefined ? `attribute_not_exists(#a${index})` : `#a${index} = :old${index}`))
      .join(' AND '),
    names: Object.fromEntries(changed.map(({ index, attribute }) => [`#a${index}`, attribute])),
    values: {
      ...Object.fromEntries(set.map(({ index, becomes }) => [`:new${index}`, becomes])),
      ...Object.fromEntries(known.map(({ index, was }) => [`:old${index}`, was])),
    },
  };
};

/** @returns `null` for a row of the present version or newer; `undefined` for one that can't be read */
const readAnew = (schema: RowSchema<unknown>, item: Item): Item | null | undefined => {
  try {
    return schema.renewed(item);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
};

/**
 * Stores a row in the version that this release writes. Where a concurrent write wins, the row is read again.
 *
 * @throws StoreUnavailable, or what the SDK throws
 */
export const upgradeRow = async ({ dynamo, table, item, dryRun }: UpgradeRowOptions): Promise<Upgraded> => {
  const schema = lastingSchemaOf(table, item);
  if (!schema) return 'expiring';
  // Ends: each further attempt means that another write to this row won.
  for (let row: Item | null = item; row; ) {
    const renewed = readAnew(schema, row);
    if (renewed === undefined) return 'unreadable';
    if (renewed === null) return 'present';
    if (dryRun) return 'upgraded';
    const result = await dynamo.write(renewWrite(table, row, renewed));
    if (result.won) return 'upgraded';
    row = result.current;
  }
  return 'gone';
};
