import * as z from 'zod/mini';

/** The shape that rows are written in. Readers accept this and the one before (docs/adr/0002). */
export const SCHEMA_VERSION = 1;

/** What every row has beside its own attributes. */
export const rowStamp = { schemaVersion: SCHEMA_VERSION } as const;

/** The part of every row's schema that says whether this code can read it. */
export const stampSchema = { schemaVersion: z.literal(SCHEMA_VERSION) };

/** Whether a row that expires is over; the table's TTL may remove it days later, so every read asks this. */
export const isExpired = (row: { expiresAtEpochSeconds: number }, nowSeconds: number): boolean =>
  row.expiresAtEpochSeconds <= nowSeconds;
