import type { TableName } from '../contract/contract.ts';
import type { KeyWords } from '../contract/key-words.ts';

/** Key of a row, the same two attributes in every table. */
export interface Key {
  /** Begins with a word that the contracts know; IAM grants rows by it. */
  pk: `${KeyWords[TableName]}#${string}`;
  sk: string;
}

/** A row as plain values. */
export type Item = Record<string, unknown>;

/**
 * Variable parts of an expression. An attribute is written `#name` and stands for `name` unless `names` maps it
 * otherwise.
 */
export interface ExpressionParts {
  values?: Record<string, unknown>;
  names?: Record<string, string>;
}

/** One write; its expressions are constants, and `values` and `names` vary. */
export type Write = { table: TableName; condition?: string } & ExpressionParts &
  (
    | { kind: 'put'; item: Item & Key }
    | { kind: 'update'; key: Key; update: string }
    | { kind: 'delete'; key: Key }
    | { kind: 'check'; key: Key; condition: string }
  );

/** Result of a conditional write: won, with the row as it is now, or lost, with the row that failed the condition. */
export type WriteResult = { won: true; item: Item | null } | { won: false; current: Item | null };

/** Result of a transaction: everything was written, or nothing, with the failed condition of each write. */
export type TransactionResult =
  | { won: true }
  | {
      won: false;
      /** In the order of the writes; `null` for those that didn't refuse. */
      refusals: readonly ({ current: Item | null } | null)[];
    };

/** The table can't be reached or is throttled. The outcome is unknown, and the caller may retry. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** Rows of one partition. */
export interface NewestQuery {
  table: TableName;
  pk: Key['pk'];
  range?: { from: string; to: string };
  limit: number;
}

/** The only port to DynamoDB. All reads are strongly consistent; a failed condition is never retried. */
export interface Dynamo {
  /** @throws StoreUnavailable */
  get(table: TableName, key: Key): Promise<Item | null>;
  /**
   * The rows of one partition, the highest sort key first: as many as are asked for, or fit into 1 MB.
   * @param query.range the lowest and the highest sort key, both included; all where it is left out
   * @param query.limit 1 or more
   * @throws StoreUnavailable
   */
  queryNewest(query: NewestQuery): Promise<Item[]>;
  /**
   * The rows of one partition, the lowest sort key first: as many as fit into one answer of DynamoDB, so that fewer than `limit` are
   * not the last ones.
   * @param query.after the sort key that the rows are behind; `null` from the beginning
   * @param query.limit 1 or more
   * @throws StoreUnavailable
   */
  queryOldest(query: { table: TableName; pk: Key['pk']; after: string | null; limit: number }): Promise<Item[]>;
  /** Reads rows in one snapshot. @param reads 1…100 @throws StoreUnavailable */
  transactGet(reads: readonly { table: TableName; key: Key }[]): Promise<(Item | null)[]>;
  /**
   * Reads rows in one call without a common snapshot; unlike `transactGet` it never conflicts with a write.
   * @param reads 1…100
   * @throws StoreUnavailable
   */
  batchGet(reads: readonly { table: TableName; key: Key }[]): Promise<(Item | null)[]>;
  /** @throws StoreUnavailable */
  write(write: Exclude<Write, { kind: 'check' }>): Promise<WriteResult>;
  /** All or nothing. @param writes 1…100, no two of the same row @throws StoreUnavailable */
  transact(writes: readonly Write[]): Promise<TransactionResult>;
}
