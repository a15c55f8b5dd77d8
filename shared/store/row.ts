import * as z from 'zod/mini';
import type { Item } from './dynamo.ts';

/**
 * The shape that rows are written in; one more with every release that changes it. Readers accept this and the one before
 * (docs/adr/0017). Since 2 an account always has `phone` and a verification always `series`, `null` where there is none.
 */
export const SCHEMA_VERSION = 2;

/** What every row has beside its own attributes. */
export const rowStamp = { schemaVersion: SCHEMA_VERSION } as const;

/**
 * A row that this release can't read: a newer one wrote it, or one before the last. It is nobody's mistake and must not be guessed
 * at: the caller gets a bare 500, and nothing is decided on it.
 */
export class UnknownRowVersion extends Error {
  override readonly name = 'UnknownRowVersion';
}

/** Turns a row of the version before into one of this. It may meet attributes that are there already: updates stamp no row anew. */
export type Upgrade = (older: Item) => Item;

const sameShape: Upgrade = (older) => older;

/** One kind of row. Both methods throw UnknownRowVersion for a version that is neither this nor the one before. */
export interface RowSchema<Row> {
  /** @throws ZodError for a row that isn't what its stamp says */
  parse(item: Item): Row;
  /** @returns without `data` for a row that isn't what its stamp says */
  safeParse(item: Item | null): { data?: Row | undefined };
}

/** A row as its schema reads it. */
export type RowOf<Schema> = Schema extends RowSchema<infer Row> ? Row : never;

/**
 * The schema of one kind of row: every reader's only way to its attributes.
 *
 * @param shape what a row of this version has beside its key and its stamp
 * @param upgrade for rows of the version before; left out where they are the same
 */
export const rowSchema = <Shape extends z.core.$ZodShape>(
  shape: Shape,
  upgrade: Upgrade = sameShape,
): RowSchema<z.infer<z.ZodMiniObject<Shape>>> => {
  const schema = z.object(shape);
  const current = (item: Item | null): Item => {
    if (item?.schemaVersion === SCHEMA_VERSION) return item;
    if (item?.schemaVersion === SCHEMA_VERSION - 1) return upgrade(item);
    throw new UnknownRowVersion();
  };
  return {
    parse: (item) => schema.parse(current(item)),
    safeParse: (item) => schema.safeParse(current(item)),
  };
};

/** Whether a row that expires is over; the table's TTL may remove it days later, so every read asks this. */
export const isExpired = (row: { expiresAtEpochSeconds: number }, nowSeconds: number): boolean =>
  row.expiresAtEpochSeconds <= nowSeconds;
