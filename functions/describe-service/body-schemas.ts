import * as z from 'zod/mini';
import type { HttpContract, Route } from '../../shared/contract/contract.ts';

type Shape = Readonly<Record<string, z.ZodMiniType>>;

const isObject = (schema: z.ZodMiniType): schema is z.ZodMiniObject => schema instanceof z.ZodMiniObject;

const isOptional = (schema: z.ZodMiniType): schema is z.ZodMiniOptional<z.ZodMiniType> =>
  schema instanceof z.ZodMiniOptional;

const required = (schema: z.ZodMiniType): z.ZodMiniType => (isOptional(schema) ? schema.def.innerType : schema);

/** One member of several variants: the same in all, or a literal of each. @throws Error for others, which no client could tell apart */
const together = (name: string, members: readonly z.ZodMiniType[]): z.ZodMiniType => {
  const [first, ...others] = new Set(members.map(required));
  if (!first) throw new Error(`no variant has ${name}`);
  if (others.length === 0) return first;
  const values = [first, ...others].map((one) => (one instanceof z.ZodMiniLiteral ? one.def.values : null));
  if (values.includes(null)) throw new Error(`${name} is something else in each variant`);
  return z.literal([...new Set(values.flatMap((one) => one ?? []))] as [string, ...string[]]);
};

/** The variants of an answer as one object, in which what not all of them have may be missing. */
const merged = (variants: readonly z.ZodMiniType[]): z.ZodMiniType => {
  const shapes = variants.filter(isObject).map(({ shape }) => shape as Shape);
  const members = [...new Set(shapes.flatMap((shape) => Object.keys(shape)))].map((name) => {
    const found = shapes.flatMap((shape) => shape[name] ?? []);
    const member = together(name, found);
    const isEverywhere = found.length === variants.length && !found.some(isOptional);
    return [name, isEverywhere ? member : z.optional(member)] as const;
  });
  return z.object(Object.fromEntries(members));
};

const pascalCase = (flow: string): string =>
  flow.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const known = new WeakMap<z.ZodMiniType, z.ZodMiniType>();

/** The same schema with a name, of which generators make a class. What has one of its own keeps it. */
const bodyNamed = (name: string, schema: z.ZodMiniType): z.ZodMiniType => {
  const meta = z.globalRegistry.get(schema);
  if (meta?.id !== undefined) return schema;
  const shown =
    known.get(schema) ??
    (schema instanceof z.ZodMiniUnion
      ? merged(schema.def.options as readonly z.ZodMiniType[])
      : z.clone(schema, schema.def));
  z.globalRegistry.add(shown, { ...meta, id: name });
  known.set(schema, shown);
  return shown;
};

/** The body that a flow takes, as the document shows it; `null` where it takes none. */
export const requestOf = ({ flow, request }: HttpContract): z.ZodMiniType | null =>
  request ? bodyNamed(`${pascalCase(flow)}Request`, request) : null;

/**
 * The answer of a route in JSON, as the document shows it; `null` where it has none. Of variants, which the compiler holds a flow to,
 * generators make one class with everything required, or one for each combination: an object of optional members is right in all of them.
 */
export const answerOf = (contract: HttpContract, route: Route): z.ZodMiniType | null => {
  const answer = route.answer ?? contract.answer;
  return answer ? bodyNamed(`${pascalCase(contract.flow)}Answer`, answer) : null;
};
