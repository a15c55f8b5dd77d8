import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { KEY_ATTRIBUTES, type LocalTables } from '../../local/create-tables.ts';
import { dynoxideBinary } from '../../local/database/dynoxide-binary.ts';
import type { CloneAccount } from './clone-rows.ts';
import { databaseClient, FILLED_TABLES, type FilledTable } from './seed-accounts.ts';

/** Rows by table. */
export type RowCounts = Record<FilledTable, number>;

/** Accounts that are written between two reports of progress. */
const PROGRESS_EVERY = 1000;

const NO_ROWS: RowCounts = { accounts: 0, credentials: 0, tokens: 0 };

/** A table as DescribeTable has it, for the import. */
const schemaOf = (TableName: string) => ({
  Table: {
    TableName,
    AttributeDefinitions: KEY_ATTRIBUTES.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: KEY_ATTRIBUTES.map((AttributeName, index) => ({
      AttributeName,
      KeyType: index === 0 ? 'HASH' : 'RANGE',
    })),
  },
});

/** Writes the accounts as an export of DynamoDB to S3 would have them. @returns how many rows it wrote */
const writeExport = async (
  { accounts, cloneAccount, tables, show }: FillOptions,
  folder: string,
): Promise<RowCounts> => {
  const counts = { ...NO_ROWS };
  const outputs = new Map<FilledTable, { zip: Writable; written: Promise<void> }>();
  for (const table of FILLED_TABLES) {
    const data = join(folder, tables[table], 'data');
    mkdirSync(data, { recursive: true });
    const zip = createGzip({ level: constants.Z_BEST_SPEED });
    const file = zip.pipe(createWriteStream(join(data, 'rows.json.gz')));
    outputs.set(table, { zip, written: finished(file) });
  }
  for (let index = 0; index < accounts; index += 1) {
    const rows = cloneAccount(index);
    for (const [table, { zip }] of outputs) {
      counts[table] += rows[table].length;
      const isRoom = zip.write(rows[table].map((row) => `{"Item":${row}}\n`).join(''));
      if (!isRoom) await once(zip, 'drain');
    }
    if (index % PROGRESS_EVERY === 0) show('writing accounts', index / accounts);
  }
  for (const { zip } of outputs.values()) zip.end();
  await Promise.all([...outputs.values()].map(({ written }) => written));
  show('writing accounts', 1);
  return counts;
};

/** @throws Error where the database refuses it */
const importInto = async (databaseFile: string, { folder, schema }: { folder: string; schema: string }) => {
  const child = spawn(
    dynoxideBinary(),
    ['import', '--source', folder, '--schema', schema, '--output', databaseFile, '--force'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the import ended with status ${code}: ${written.trim()}`);
};

/** Counts the rows of a served database by reading all of them. */
export const countRows = async (endpoint: string, tables: LocalTables): Promise<RowCounts> => {
  const client = databaseClient(endpoint);
  const counts = { ...NO_ROWS };
  for (const table of FILLED_TABLES) {
    const pages = paginateScan({ client }, { TableName: tables[table], Select: 'COUNT' });
    for await (const { Count = 0 } of pages) counts[table] += Count;
  }
  return counts;
};

/** @throws Error that names the tables with other numbers of rows than were written */
export const checkCounts = (written: RowCounts, counted: RowCounts): void => {
  const wrong = FILLED_TABLES.filter((table) => written[table] !== counted[table]);
  if (wrong.length === 0) return;
  const each = wrong.map((table) => `${table} has ${counted[table]} rows of ${written[table]}`);
  throw new Error(`the database is not filled: ${each.join(', ')}`);
};

export interface FillOptions {
  accounts: number;
  cloneAccount: CloneAccount<FilledTable>;
  tables: LocalTables;
  databaseFile: string;
  /** An existing directory, for what is written in between. */
  scratch: string;
  /** Shows what is in progress. @param share of it that is done, 0…1 */
  show(what: string, share: number): void;
}

/**
 * Fills a database with accounts, several times as fast as calls of BatchWriteItem would: they are written as an export of DynamoDB,
 * which the embedded database imports.
 *
 * @returns how many rows it wrote
 */
export const fillDatabase = async (options: FillOptions): Promise<RowCounts> => {
  const { scratch, tables, databaseFile, show } = options;
  const folder = join(scratch, 'export');
  const schema = join(scratch, 'schema.json');
  writeFileSync(schema, JSON.stringify(FILLED_TABLES.map((table) => schemaOf(tables[table]))));
  const written = await writeExport(options, folder);
  show('importing them', 0);
  await importInto(databaseFile, { folder, schema });
  show('importing them', 1);
  rmSync(folder, { recursive: true });
  return written;
};
