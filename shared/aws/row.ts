import * as z from 'zod/mini';
import type { Item } from './dynamo.ts';

/** The versions of rows that a release knows. */
export interface RowVersions {
  /** The shape and the stamp that rows are written in: one of the readable ones. */
  written: number;
  /** The oldest and the newest that are read, both included. */
  readable: readonly [oldest: number, newest: number];
}

/**
 * What this release writes and reads. Releases expand, then contract (docs/adr/0017): one ships that reads version N + 1 and still
 * writes N, and only the next writes N + 1. So two releases that follow each other read all that either writes, whichever of them
 * is deployed first. Since 2 an account always has `phone` and a verification always `series`, `null` where there is none.
 */
export const ROW_VERSIONS: RowVersions = { written: 2, readable: [1, 2] };

/** What every row has beside its own attributes. */
export const rowStamp = { schemaVersion: ROW_VERSIONS.written } as const;

/**
 * A row of a version that this release doesn't read: a release after the next wrote it, or one that is too long ago. It is nobody's
 * mistake and must not be guessed at: the caller gets a bare 500, and nothing is decided on it.
 */
export class UnknownRowVersion extends Error {
  override readonly name = 'UnknownRowVersion';
}

/** Turns a row of one version into one of the next. It may meet attributes that are there already: updates stamp no row anew. */
export type Upgrade = (older: Item) => Item;

/** The upgrades of one kind of row, by the version that they turn into the next; a version where the kind stayed as it was has none. */
export type Upgrades = { readonly [version: number]: Upgrade };

/** One kind of row. All methods throw UnknownRowVersion for a version that isn't read. */
export interface RowSchema<Row> {
  /** @returns the row in the newest readable shape @throws ZodError for a row that isn't what its stamp says */
  parse(item: Item): Row;
  /** @returns without `data` for a row that isn't what its stamp says */
  safeParse(item: Item | null): { data?: Row | undefined };
  /**
   * The row as it is to be stored by now: in the shape and with the stamp that is written, every other attribute as it was.
   *
   * @returns `null` for one that is so already, or newer
   * @throws ZodError for a row that isn't what its stamp says
   */
  renewed(item: Item): Item | null;
}

/** A row as its schema reads it. */
export type RowOf<Schema> = Schema extends RowSchema<infer Row> ? Row : never;

/** The maker of schemas for a release that knows these versions. {@link rowSchema} is this release's. */
export const rowSchemasOf =
  ({ written, readable: [oldest, newest] }: RowVersions) =>
  <Shape extends z.core.$ZodShape>(
    shape: Shape,
    upgrades: Upgrades = {},
  ): RowSchema<z.infer<z.ZodMiniObject<Shape>>> => {
    const schema = z.object(shape);
    const versionOf = (item: Item | null): number => {
      const version = item?.schemaVersion;
      if (Number.isInteger(version) && Number(version) >= oldest && Number(version) <= newest) return Number(version);
      throw new UnknownRowVersion();
    };
    const raised = (item: Item, from: number, to: number): Item => {
      let row = item;
      for (let version = from; version < to; version += 1) row = upgrades[version]?.(row) ?? row;
      return row;
    };
    const current = (item: Item | null): Item | null => {
      const version = versionOf(item);
      return item && raised(item, version, newest);
    };

    return {
      parse: (item) => schema.parse(current(item)),
      safeParse: (item) => schema.safeParse(current(item)),
      renewed: (item) => {
        const version = versionOf(item);
        if (version >= written) return null;
        schema.parse(current(item)); // a damaged row must not get the stamp of a sound one
        return { ...raised(item, version, written), schemaVersion: written };
      },
    };
  };

/**
 * The schema of one kind of row: every reader's only way to its attributes.
 *
 * @param shape what a row of the newest readable version has beside its key and its stamp
 * @param upgrades from each readable version to the next; left out where the kind never changed
 */
export const rowSchema = rowSchemasOf(ROW_VERSIONS);

/** Whether a row that expires is over; the table's TTL may remove it days later, so every read asks this. */
export const isExpired = (row: { expiresAtEpochSeconds: number }, nowSeconds: number): boolean =>
  row.expiresAtEpochSeconds <= nowSeconds;
