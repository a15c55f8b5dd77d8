import type { KeyWords, TableName } from '../contract/contract.ts';

/** Where a row is. Every table has the same two key attributes. */
export interface Key {
  /** Begins with a word that the contracts know, or no role would be granted the row. */
  pk: `${KeyWords[TableName]}#${string}`;
  sk: string;
}

/** A row as plain values. */
export type Item = Record<string, unknown>;

/** The moving parts of an expression. An attribute is written `#name` and stands for `name` unless `names` says otherwise. */
export interface ExpressionParts {
  values?: Record<string, unknown>;
  names?: Record<string, string>;
}

/** One write; its expressions are constants, what varies comes in by `values` and `names`. */
export type Write = { table: TableName; condition?: string } & ExpressionParts &
  (
    | { kind: 'put'; item: Item & Key }
    | { kind: 'update'; key: Key; update: string }
    | { kind: 'delete'; key: Key }
    | { kind: 'check'; key: Key; condition: string }
  );

/** What came of a conditional write: won, with the row as it is now, or lost, with the row that was in the way. */
type WriteResult = { won: true; item: Item | null } | { won: false; current: Item | null };

/** What came of a transaction: all of it, or nothing and for each write whether its condition refused. */
export type TransactionResult =
  | { won: true }
  | {
      won: false;
      /** In the order of the writes; `null` for those that didn't refuse. */
      refusals: readonly ({ current: Item | null } | null)[];
    };

/** The table can't be reached or has no capacity: nothing is known to have changed, and the caller may try again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The one door to DynamoDB. All reads are consistent; no method retries a lost condition. */
export interface Dynamo {
  /** @throws StoreUnavailable */
  get(table: TableName, key: Key): Promise<Item | null>;
  /** The rows of one partition, the highest sort key first. @param limit 1 or more @throws StoreUnavailable */
  queryNewest(query: { table: TableName; pk: Key['pk']; limit: number }): Promise<Item[]>;
  /** Reads rows as of one instant. @param reads 1…100 @throws StoreUnavailable */
  transactGet(reads: readonly { table: TableName; key: Key }[]): Promise<(Item | null)[]>;
  /** Reads rows in one call, each as of its own instant; unlike the above it meets no conflict with a write. @param reads 1…100 @throws StoreUnavailable */
  batchGet(reads: readonly { table: TableName; key: Key }[]): Promise<(Item | null)[]>;
  /** @throws StoreUnavailable */
  write(write: Exclude<Write, { kind: 'check' }>): Promise<WriteResult>;
  /** All or nothing. @param writes 1…100, no two of the same row @throws StoreUnavailable */
  transact(writes: readonly Write[]): Promise<TransactionResult>;
}
