import * as z from 'zod/mini';
import type { Item } from './dynamo.ts';

/** Row versions that a release knows. */
export interface RowVersions {
  /** The version that is written; one of the readable ones. */
  written: number;
  /** The oldest and newest readable version, inclusive. */
  readable: readonly [oldest: number, newest: number];
}

/**
 * The versions of this release. Releases expand, then contract (docs/adr/0017): one reads version N + 1 while it still
 * writes N, and only the next writes N + 1. So two consecutive releases can read each other's rows, whichever is
 * deployed first. Since 2 an account always has `phone` and a verification always `series`, `null` where there is none.
 */
export const ROW_VERSIONS: RowVersions = { written: 2, readable: [1, 2] };

/** Attributes that every row has beside its own. */
export const rowStamp = { schemaVersion: ROW_VERSIONS.written } as const;

/** A row that was parsed, to be kept within another row: with the version of its shape, so that a later release can read it. */
export const keptWithin = (row: object): Item => ({ ...row, schemaVersion: ROW_VERSIONS.readable[1] });

/**
 * The row has a version that this release can't read, of a much newer or much older one. Its meaning is unknown, so the
 * request ends with a bare 500.
 */
export class UnknownRowVersion extends Error {
  override readonly name = 'UnknownRowVersion';
}

/** Turns a row of one version into the next. Updates leave the stamp, so newer attributes may be present already. */
export type Upgrade = (older: Item) => Item;

/** Upgrades of one kind of row, by the version they start from; versions without a change have none. */
export type Upgrades = { readonly [version: number]: Upgrade };

/** One kind of row. All methods throw UnknownRowVersion for an unreadable version. */
export interface RowSchema<Row> {
  /** @returns the row in the newest readable shape @throws ZodError for a row that does not match its stamp */
  parse(item: Item): Row;
  /** @returns without `data` for a row that does not match its stamp */
  safeParse(item: Item | null): { data?: Row | undefined };
  /**
   * The row in the shape and with the stamp of the written version; other attributes are kept.
   *
   * @returns `null` for a row of that version or newer
   * @throws ZodError for a row that does not match its stamp
   */
  renewed(item: Item): Item | null;
}

/** The parsed type of a schema. */
export type RowOf<Schema> = Schema extends RowSchema<infer Row> ? Row : never;

/** Makes schemas for a release with these versions. {@link rowSchema} is this release's. */
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
        schema.parse(current(item)); // a damaged row must not get a new stamp
        return { ...raised(item, version, written), schemaVersion: written };
      },
    };
  };

/**
 * Makes the schema of one kind of row, the only access to its attributes.
 *
 * @param shape attributes of the newest readable version beside key and stamp
 * @param upgrades from each readable version to the next; left out where the kind never changed
 */
export const rowSchema = rowSchemasOf(ROW_VERSIONS);

/** Whether a row has expired. Every read checks this, because DynamoDB's TTL may remove a row days later. */
export const isExpired = (row: { expiresAtEpochSeconds: number }, nowSeconds: number): boolean =>
  row.expiresAtEpochSeconds <= nowSeconds;
