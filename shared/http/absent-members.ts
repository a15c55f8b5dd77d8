import * as z from 'zod/mini';
import type { BodyFormat } from '../contract/contract.ts';

/** The members of a request that may be left out. */
export interface OptionalMembers {
  names: ReadonlySet<string>;
  /** Those for which `null` has a meaning of its own, as in a merge patch (RFC 7396 §1). */
  nullable: ReadonlySet<string>;
  /** Of these, the texts that are no empty one: it means `null`. In place of an object or array it is a mistake. */
  clearable: ReadonlySet<string>;
  /** Of objects within. */
  within: ReadonlyMap<string, OptionalMembers>;
}

type Member = readonly [name: string, schema: z.core.$ZodType];

const isOptional = ([, schema]: Member): boolean => schema instanceof z.ZodMiniOptional;
const takes =
  (value: unknown) =>
  ([, schema]: Member): boolean =>
    z.safeParse(schema, value).success;

const unwrapped = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniNullable
    ? unwrapped(schema._zod.def.innerType)
    : schema;

const isText = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.ZodMiniPipe ? isText(schema._zod.def.in) : schema instanceof z.ZodMiniString;

const namesOf = (members: readonly Member[]): Set<string> => new Set(members.map(([name]) => name));

/** Finds them in a contract's schema; none where it has none. */
export const optionalMembersOf = (schema: z.core.$ZodType | undefined): OptionalMembers => {
  const members: Member[] =
    schema instanceof z.ZodMiniObject ? Object.entries(schema.shape as z.core.$ZodLooseShape) : [];
  const nullable = members.filter(isOptional).filter(takes(null));
  const objects = members.filter(([, member]) => unwrapped(member) instanceof z.ZodMiniObject);
  return {
    names: namesOf(members.filter(isOptional)),
    nullable: namesOf(nullable),
    clearable: namesOf(
      nullable.filter(([, member]) => isText(unwrapped(member))).filter((member) => !takes('')(member)),
    ),
    within: new Map(objects.map(([name, member]) => [name, optionalMembersOf(unwrapped(member))])),
  };
};

const BLANK = /^\s*$/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Leaves out what a client wrote of an optional member without giving it: serializers of Dart, Kotlin and C# write `null` for what is
 * absent, and browsers send each field of a form, a blank one as an empty text. Where `null` removes a text, an empty one does
 * too.
 */
export const withoutAbsent = (
  fields: Record<string, unknown>,
  format: BodyFormat,
  { names, nullable, clearable, within }: OptionalMembers,
): Record<string, unknown> => {
  const isAbsent = (name: string, value: unknown): boolean =>
    names.has(name) &&
    ((value === null && !nullable.has(name)) || (format === 'form' && typeof value === 'string' && BLANK.test(value)));
  const meant = (name: string, value: unknown): unknown => {
    const inner = within.get(name);
    if (inner && isObject(value)) return withoutAbsent(value, format, inner);
    return value === '' && clearable.has(name) ? null : value;
  };
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name, value]) => !isAbsent(name, value))
      .map(([name, value]) => [name, meant(name, value)]),
  );
};
