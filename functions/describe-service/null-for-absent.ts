import type { createDocument } from 'zod-openapi';

type Document = ReturnType<typeof createDocument>;

interface Member {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Member[];
}

interface Body {
  properties?: Record<string, Member>;
  required?: string[];
}

const NULL: Member = { type: 'null' };

const isNull = ({ type }: Member): boolean => type === 'null';

const orNull = (member: Member): Member => {
  const { $ref, type, enum: values, anyOf } = member;
  if (typeof type === 'string') return { ...member, type: [type, 'null'], ...(values && { enum: [...values, null] }) };
  if (anyOf) return { ...member, anyOf: anyOf.some(isNull) ? anyOf : [...anyOf, NULL] };
  return $ref === undefined ? member : { anyOf: [member, NULL] };
};

/** The schemas of all bodies in which `null` says nothing of its own; each has a name. With PUT and PATCH it removes what is stored. */
const requestBodies = ({ paths = {}, components }: Document): Body[] => {
  const operations = Object.values(paths).flatMap((path) => [path?.post ?? {}, path?.delete ?? {}]);
  const text = JSON.stringify(
    operations.map((operation) => ('requestBody' in operation ? operation.requestBody : null)),
  );
  const names = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name));
  return [...names].map((name) => (components?.schemas?.[name] ?? {}) as Body);
};

/**
 * Says that `null` for an optional member of a request is that member left out, as the service takes it
 * (shared/http/absent-members.ts): serialisers of Dart, Kotlin and C# write absent members so.
 */
export const withNullForAbsent = (document: Document): Document => {
  for (const { properties = {}, required = [] } of requestBodies(document))
    for (const [name, member] of Object.entries(properties))
      if (!required.includes(name)) properties[name] = orNull(member);
  return document;
};
