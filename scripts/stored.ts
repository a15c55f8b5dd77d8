/** npm run stored: sends each request that strangers can send, and writes into docs/security.md what it leaves in the tables. */
import { readFile, writeFile } from 'node:fs/promises';
import { measureStored } from './stored/measure-stored.ts';
import { storedTable, withTable } from './stored/stored-table.ts';

const PAGE = new URL('../docs/security.md', import.meta.url);

const table = storedTable(await measureStored());
console.log(table);
await writeFile(PAGE, withTable(await readFile(PAGE, 'utf8'), table));
console.log('docs/security.md is written');
