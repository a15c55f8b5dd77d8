/** As much of a schema as is compared. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  'x-extensible-enum'?: readonly unknown[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
  minLength?: number;
  maxLength?: number;
  minProperties?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
}

export type Schemas = Readonly<Record<string, Schema>>;

/** A schema with those that it refers to. */
export interface Resolved {
  schema: Schema;
  schemas: Schemas;
}

/** A schema without references and alternatives: of several objects what any of them has, required where all require it. */
interface Plain extends Omit<Schema, '$ref' | 'anyOf' | 'type'> {
  types: ReadonlySet<string>;
  properties: Readonly<Record<string, Schema>>;
  required: readonly string[];
}

const resolve = ({ schema, schemas }: Resolved): Schema => {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : resolve({ schema: schemas[name] ?? {}, schemas });
};

const typesOf = ({ type = [] }: Schema): string[] => (typeof type === 'string' ? [type] : [...type]);

/** The members of several variants; one that they have differently is any of these. */
const membersOf = (variants: readonly Schema[]): Schemas => {
  const names = new Set(variants.flatMap(({ properties = {} }) => Object.keys(properties)));
  return Object.fromEntries(
    [...names].map((name) => {
      const members = variants.flatMap(({ properties = {} }) => properties[name] ?? []);
      return [name, members.length === 1 ? (members[0] ?? {}) : { anyOf: members }];
    }),
  );
};

const plain = (one: Resolved): Plain => {
  const { anyOf, ...own } = resolve(one);
  const variants = (anyOf ?? [own]).map((schema) => resolve({ schema, schemas: one.schemas }));
  const objects = variants.filter((variant) => typesOf(variant).join() !== 'null');
  const values = objects.map((variant) => valuesOf(variant));
  return {
    ...(objects.length === 1 ? objects[0] : {}),
    ...(values.every((some) => some !== null) && { enum: [...new Set(values.flat())] }),
    types: new Set(variants.flatMap(typesOf)),
    properties: membersOf(objects),
    required: (objects[0]?.required ?? []).filter((name) =>
      objects.every(({ required = [] }) => required.includes(name)),
    ),
  };
};

/** The values that a schema lists; `null` where it lists none. A truth value that is always `true` is one all the same. */
function valuesOf(schema: Schema): readonly unknown[] | null {
  if (typesOf(schema).includes('boolean')) return null;
  return schema.enum ?? schema['x-extensible-enum'] ?? (schema.const === undefined ? null : [schema.const]);
}

const missing = <One>(from: Iterable<One>, of: ReadonlySet<One>): One[] => [...from].filter((one) => !of.has(one));

const typeChanges = (before: Plain, now: Plain, where: string): string[] =>
  before.types.size > 0 && now.types.size > 0
    ? missing(before.types, now.types).map((type) => `${where} is no ${type} any more`)
    : [];

/** Bounds that leave out what was inside: a higher minimum, a lower maximum, another pattern. */
const narrowed = (before: Plain, now: Plain, where: string): string[] => {
  const bounds = [
    ['minLength', (now.minLength ?? 0) > (before.minLength ?? 0)],
    ['minProperties', (now.minProperties ?? 0) > (before.minProperties ?? 0)],
    ['maxLength', (now.maxLength ?? Infinity) < (before.maxLength ?? Infinity)],
    ['minimum', (now.minimum ?? -Infinity) > (before.minimum ?? -Infinity)],
    ['maximum', (now.maximum ?? Infinity) < (before.maximum ?? Infinity)],
    ['pattern', now.pattern !== undefined && now.pattern !== before.pattern],
  ] as const;
  return bounds.filter(([, isNarrower]) => isNarrower).map(([name]) => `${where} has a narrower ${name}`);
};

const within = (one: Resolved, schema: Schema): Resolved => ({ schema, schemas: one.schemas });

/** What a request may no longer be: clients that are out send it. */
export const requestChanges = (before: Resolved, now: Resolved, where: string): string[] => {
  const [old, present] = [plain(before), plain(now)];
  const members = Object.entries(old.properties).flatMap(([name, schema]) => {
    const member = present.properties[name];
    if (!member) return [`${where}.${name} is not taken any more`];
    return requestChanges(within(before, schema), within(now, member), `${where}.${name}`);
  });
  const values = valuesOf(present);
  const gone = values ? missing(valuesOf(old) ?? ['any other text'], new Set(values)) : [];
  return [
    ...typeChanges(old, present, where),
    ...narrowed(old, present, where),
    ...gone.map((value) => `${where} may not be ${String(value)} any more`),
    ...missing(present.required, new Set(old.required)).map((name) => `${where}.${name} is required`),
    ...members,
  ];
};

/** What an answer no longer is: clients that are out read it. */
export const answerChanges = (before: Resolved, now: Resolved, where: string): string[] => {
  const [old, present] = [plain(before), plain(now)];
  const members = Object.entries(old.properties).flatMap(([name, schema]) => {
    const member = present.properties[name];
    if (!member) return [`${where}.${name} is gone`];
    return answerChanges(within(before, schema), within(now, member), `${where}.${name}`);
  });
  const closed = old['x-extensible-enum'] ? null : valuesOf(old);
  const added = closed ? missing(valuesOf(present) ?? ['any other text'], new Set(closed)) : [];
  const items =
    old.items && present.items
      ? answerChanges(within(before, old.items), within(now, present.items), `${where}[]`)
      : [];
  return [
    ...typeChanges(old, present, where),
    ...missing(present.types, old.types)
      .filter(() => old.types.size > 0)
      .map((type) => `${where} may be ${type} now`),
    ...added.map((value) => `${where} may be ${String(value)} now`),
    ...old.required
      .filter((name) => name in present.properties && !present.required.includes(name))
      .map((name) => `${where}.${name} may be missing`),
    ...members,
    ...items,
  ];
};
