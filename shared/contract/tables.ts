import type { TableName } from './contract.ts';

/** Properties of a table; all have the string keys `pk` and `sk`. */
export interface TableDefinition {
  /** Rows have a TTL in `expiresAtEpochSeconds`; reads check it themselves. */
  expires: boolean;
  /** The table has a stream of new rows, with keys only, so that it contains no address. */
  streams: boolean;
}

/** The four tables, for infra and the laptop (docs/adr/0002). */
export const TABLES: Readonly<Record<TableName, TableDefinition>> = {
  accounts: { expires: true, streams: false }, // set on security events only
  credentials: { expires: false, streams: false },
  tokens: { expires: true, streams: false },
  outbox: { expires: true, streams: true },
};
