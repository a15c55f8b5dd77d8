import { accountRow } from '../../shared/account/accounts.ts';
import { emailClaimRow } from '../../shared/account/email-claims.ts';
import { passwordRow } from '../../shared/account/passwords.ts';
import type { Item } from '../../shared/aws/dynamo.ts';
import type { RowSchema } from '../../shared/aws/row.ts';
import type { TableName } from '../../shared/contract/contract.ts';
import { devicesRow } from '../../shared/devices/devices.ts';
import { sessionRow } from '../../shared/session/session-row.ts';
import { factorsRow } from '../../shared/two-factor/factors.ts';

/** Tables with rows that outlive a release. */
export type LastingTable = Extract<TableName, 'accounts' | 'credentials' | 'tokens'>;

/**
 * Kinds of rows that don't expire, and sessions and devices, which last for months, by the first word of their sort key. All
 * other rows expire within two weeks (docs/adr/0017).
 */
const LASTING_ROWS: Readonly<Record<LastingTable, Readonly<Record<string, RowSchema<unknown>>>>> = {
  accounts: { ACCOUNT: accountRow, CLAIM: emailClaimRow },
  credentials: { PASSWORD: passwordRow, FACTORS: factorsRow },
  tokens: { SESSION: sessionRow, DEVICES: devicesRow },
};

/** The schema of a row that outlives a release; `null` for one that expires before an old version is dropped. */
export const lastingSchemaOf = (table: LastingTable, { sk }: Item): RowSchema<unknown> | null =>
  LASTING_ROWS[table][String(sk).split('#')[0] ?? ''] ?? null;
