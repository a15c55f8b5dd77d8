import type * as z from 'zod/mini';
import type { TableName } from '../contract/contract.ts';
import type { KeyWords } from '../contract/key-words.ts';
import { CONDITIONS, type Condition, type Conditions, makeBinder, type Path } from './conditions.ts';
import type { Item, Key, Write } from './dynamo.ts';
import { type RowSchema, rowSchema, rowStamp, type Upgrades } from './row.ts';

/** What a write changes of a row. */
export interface Changes<Row> {
  set?: { readonly [attribute in keyof Row]?: Row[attribute] | undefined };
  /** Keys within attributes that are maps, and what they get. */
  setAt?: readonly (readonly [path: readonly [keyof Row & string, string, ...string[]], value: unknown])[];
  /** Attributes that get what another of the row held before this write. */
  copy?: { readonly [attribute in keyof Row]?: keyof Row & string };
  /** Only where the attribute is absent. */
  setIfAbsent?: Partial<Row>;
  /** By how much numbers that are there rise; the write fails where one is not. */
  increase?: { readonly [attribute in keyof Row]?: number };
  /** The same for numbers within attributes that are maps. */
  increaseAt?: readonly (readonly [path: readonly [keyof Row & string, string, ...string[]], by: number])[];
  /** By how much numbers rise, from 0 where they are absent. */
  add?: { readonly [attribute in keyof Row]?: number };
  /** What lists get at their end, from none where they are absent. */
  append?: { readonly [attribute in keyof Row]?: readonly unknown[] };
  remove?: readonly Path<Row>[];
}

type WriteOf<Kind extends Write['kind']> = Extract<Write, { kind: Kind }>;

/** One kind of row: its place, its shape, and every write that there can be of it. Each write is built, and sent by the caller. */
export interface RowKind<Row, KeyParts extends readonly string[]> extends RowSchema<Row> {
  key(...parts: KeyParts): Key;
  when: Conditions<Row>;
  /** Where the row is, for a read. */
  at(...parts: KeyParts): { table: TableName; key: Key };
  /** The whole row with the version that is written; replaces the row that is there unless `when` refuses. */
  putWrite(key: Key, row: Row, when?: Condition): WriteOf<'put'>;
  /** A row as it was read, under a key of its own: of whichever version it is. */
  copyWrite(item: Item & Key, when?: Condition): WriteOf<'put'>;
  /** Changes a row that is there. Its version stays. */
  updateWrite(key: Key, changes: Changes<Row>, when?: Condition): WriteOf<'update'>;
  /** Changes a row, or begins it with the version that is written. */
  upsertWrite(key: Key, changes: Changes<Row>, when?: Condition): WriteOf<'update'>;
  deleteWrite(key: Key, when?: Condition): WriteOf<'delete'>;
  /** Removes a row that must be there and must not have expired: of any number of attempts one wins. */
  consumeWrite(key: Key, nowSeconds: number, when?: Condition): WriteOf<'delete'>;
  checkWrite(key: Key, when: Condition): WriteOf<'check'>;
}

type AnyChanges = Changes<Record<string, unknown>>;

const entriesOf = <Value>(record: Readonly<Record<string, Value | undefined>> = {}): [string, Value][] =>
  Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined);

/** The update expression of changes. Its text depends on which attributes change, never on a value. */
const updateExpression = (
  { set, setAt = [], copy, setIfAbsent, increase, increaseAt = [], add, append, remove = [] }: AnyChanges,
  { path, value }: ReturnType<typeof makeBinder>,
): string => {
  const sets = [
    ...entriesOf(set).map(([name, to]) => `${path(name)} = ${value(to)}`),
    ...setAt.map(([place, to]) => `${path(place)} = ${value(to)}`),
    ...entriesOf(copy).map(([name, from]) => `${path(name)} = ${path(from)}`),
    ...entriesOf(setIfAbsent).map(([name, to]) => `${path(name)} = if_not_exists(${path(name)}, ${value(to)})`),
    ...entriesOf(increase).map(([name, by]) => `${path(name)} = ${path(name)} + ${value(by)}`),
    ...entriesOf(append).map(
      ([name, last]) => `${path(name)} = list_append(if_not_exists(${path(name)}, ${value([])}), ${value(last)})`,
    ),
    ...increaseAt.map(([place, by]) => `${path(place)} = ${path(place)} + ${value(by)}`),
  ];
  const adds = entriesOf(add).map(([name, by]) => `${path(name)} ${value(by)}`);
  const removes = remove.map((place) => path(place));
  return [
    sets.length > 0 && `SET ${sets.join(', ')}`,
    removes.length > 0 && `REMOVE ${removes.join(', ')}`,
    adds.length > 0 && `ADD ${adds.join(', ')}`,
  ]
    .filter(Boolean)
    .join(' ');
};

/** The parts of a write that placeholders stand in; empty ones are left out, as DynamoDB refuses them. */
const written = <Texts extends Record<string, string>>(write: (bind: ReturnType<typeof makeBinder>) => Texts) => {
  const bind = makeBinder();
  const texts = write(bind);
  const { values, names } = bind.placeholders;
  return {
    ...texts,
    ...(Object.keys(values).length > 0 && { values }),
    ...(Object.keys(names).length > 0 && { names }),
  };
};

/** With its condition, where there is one. */
const conditioned = (when: Condition | undefined) => written((bind) => (when ? { condition: when(bind) } : {}));

/**
 * Declares one kind of row.
 *
 * @param table the table that it is in, as contracts name it
 * @param word the first word of its partition key: the contracts grant rows by it
 * @param sortKey its sort key, made from the key parts after the first
 * @param shape what a row of the newest readable version has beside its key and its version
 * @param upgrades from each readable version to the next; left out where the kind never changed
 */
export const defineRow = <
  Table extends TableName,
  Shape extends z.core.$ZodShape,
  SortParts extends readonly string[],
>({
  table,
  word,
  sortKey,
  shape,
  upgrades,
}: {
  table: Table;
  word: KeyWords[Table];
  sortKey: (...parts: SortParts) => string;
  shape: Shape;
  upgrades?: Upgrades;
}): RowKind<z.infer<z.ZodMiniObject<Shape>>, [string, ...SortParts]> => {
  const key = (name: string, ...parts: SortParts): Key => ({ pk: `${word}#${name}`, sk: sortKey(...parts) });

  const updateWrite = (at: Key, changes: AnyChanges, when?: Condition): WriteOf<'update'> => ({
    kind: 'update',
    table,
    key: at,
    ...written((bind) => ({
      update: updateExpression(changes, bind),
      ...(when && { condition: when(bind) }),
    })),
  });

  return {
    ...rowSchema(shape, upgrades),
    key,
    at: (...parts) => ({ table, key: key(...parts) }),
    when: CONDITIONS,
    putWrite: (at, row, when) => ({
      kind: 'put',
      table,
      item: { ...at, ...rowStamp, ...(row as Item) },
      ...conditioned(when),
    }),
    copyWrite: (item, when) => ({ kind: 'put', table, item, ...conditioned(when) }),
    updateWrite,
    upsertWrite: (at, changes, when) => {
      const { set, ...others } = changes as AnyChanges;
      return updateWrite(at, { ...others, set: { ...rowStamp, ...set } }, when);
    },
    deleteWrite: (at, when) => ({ kind: 'delete', table, key: at, ...conditioned(when) }),
    consumeWrite: (at, nowSeconds, when) => ({
      kind: 'delete',
      table,
      key: at,
      ...conditioned(CONDITIONS.and(CONDITIONS.exists, CONDITIONS.lives(nowSeconds), ...(when ? [when] : []))),
    }),
    checkWrite: (at, when) => ({ kind: 'check', table, key: at, ...written((bind) => ({ condition: when(bind) })) }),
  };
};
