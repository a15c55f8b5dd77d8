import type { TableName } from './contract.ts';

/** What is particular to a table; all have the string keys `pk` and `sk`. */
export interface TableDefinition {
  /** Rows are removed some time after `expiresAtEpochSeconds`; no reader waits for that. */
  expires: boolean;
  /** New rows wake a function. The stream carries keys only, so no address is in it. */
  streams: boolean;
}

/** The four tables, for infra and the laptop alike (docs/adr/0002). */
export const TABLES: Readonly<Record<TableName, TableDefinition>> = {
  accounts: { expires: true, streams: false }, // only security events carry the attribute
  credentials: { expires: false, streams: false },
  tokens: { expires: true, streams: false },
  outbox: { expires: true, streams: true },
};
