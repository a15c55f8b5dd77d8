import { createHash } from 'node:crypto';

/** A row as DynamoDB's JSON has it. */
export type RowJson = Readonly<Record<string, unknown>>;

/** Rows of one account, by table. */
export type AccountRows<Table extends string> = Readonly<Record<Table, readonly RowJson[]>>;

/** Makes the rows of the account of a number, as lines of DynamoDB's JSON, by table. */
export type CloneAccount<Table extends string> = (index: number) => Record<Table, string[]>;

/**
 * What names something: UUIDs, and digests in base64url that fill a value or a part of a key. Each account needs its own. Salts
 * and hashes of passwords have other characters around them and stay, so that a clone's owner can sign in.
 */
const NAMES = /(?<=["#])(?:[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}|[\w-]{43})(?=["#])/g;

/** The address of a clone. */
export const cloneEmail = (index: number): string => `reader-${index}@filled.example`;

/** Another name of the same kind and length, always the same for one account and place. */
const nameFor = (original: string, index: number, place: number): string => {
  const digest = createHash('sha256').update(`${original}/${index}/${place}`);
  if (original.length === 43) return digest.digest('base64url');
  const hex = digest.digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Makes copies of an account as the service itself wrote it: rows of the same kinds, members and sizes, with names of their own.
 * What names the same thing in several rows does so in the copies. Secrets of apps are encrypted for the account that they were
 * made for, so a copy's can't be opened.
 *
 * @param email the account's address
 */
export const makeCloneAccount = <Table extends string>(
  rows: AccountRows<Table>,
  email: string,
): CloneAccount<Table> => {
  const names = new Map<string, number>();
  const templates = (Object.entries(rows) as [Table, readonly RowJson[]][]).map(([table, tableRows]) => {
    const lines = tableRows.map((row) => {
      const text = JSON.stringify(row).replaceAll(email, '\u0000');
      for (const [name] of text.matchAll(NAMES)) if (!names.has(name)) names.set(name, names.size);
      return text;
    });
    return { table, lines };
  });
  return (index) => {
    const fresh = new Map([...names].map(([name, place]) => [name, nameFor(name, index, place)]));
    const clone = (line: string): string =>
      line.replace(NAMES, (name) => fresh.get(name) ?? name).replaceAll('\u0000', cloneEmail(index));
    return Object.fromEntries(templates.map(({ table, lines }) => [table, lines.map(clone)])) as Record<
      Table,
      string[]
    >;
  };
};
