import type { TableName } from '../contract/contract.ts';
import type { Dynamo, Item, Key } from './dynamo.ts';

/** Rows of one partition. */
interface RowsBeginningWith {
  table: TableName;
  /** The partition, and what the sort keys of the rows begin with. */
  key: Key;
  /** Rows that one query reads at most: 1 or more. */
  rowsAtOnce: number;
}

/**
 * Reads the rows of a partition whose sort keys begin alike, the lowest sort key first, in parts as they are read. Rows that are removed
 * meanwhile disturb nothing.
 *
 * @throws StoreUnavailable
 */
export async function* rowsBeginningWith(
  dynamo: Pick<Dynamo, 'queryOldest'>,
  { table, key: { pk, sk: beginning }, rowsAtOnce: limit }: RowsBeginningWith,
): AsyncGenerator<Item[], void> {
  for (let after = beginning; ; ) {
    const items = await dynamo.queryOldest({ table, pk, after, limit });
    const own = items.filter(({ sk }) => String(sk).startsWith(beginning));
    const last = own.at(-1);
    if (!last) return;
    yield own;
    if (own.length < items.length) return;
    after = String(last.sk);
  }
}
