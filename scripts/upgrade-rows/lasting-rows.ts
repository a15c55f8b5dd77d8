import type { TableName } from '../../shared/http/contract.ts';
import { accountRow, claimRow } from '../../shared/store/accounts.ts';
import { passwordRow } from '../../shared/store/credentials.ts';
import type { Item } from '../../shared/store/dynamo.ts';
import { factorsRow } from '../../shared/store/factors.ts';
import type { RowSchema } from '../../shared/store/row.ts';
import { sessionRow } from '../../shared/store/sessions.ts';

/** The tables that have rows which outlive a release. */
export type LastingTable = Extract<TableName, 'accounts' | 'credentials' | 'tokens'>;

/**
 * The kinds of rows that don't expire, and sessions, which last for months: by the word that their sort key begins with. All
 * others that a function reads are gone within two weeks (docs/adr/0017).
 */
const LASTING_ROWS: Readonly<Record<LastingTable, Readonly<Record<string, RowSchema<unknown>>>>> = {
  accounts: { ACCOUNT: accountRow, CLAIM: claimRow },
  credentials: { PASSWORD: passwordRow, FACTORS: factorsRow },
  tokens: { SESSION: sessionRow },
};

/** The schema of a row that outlives a release; `null` for one that expires by itself before that matters. */
export const lastingSchemaOf = (table: LastingTable, { sk }: Item): RowSchema<unknown> | null =>
  LASTING_ROWS[table][String(sk).split('#')[0] ?? ''] ?? null;
