import { answerChanges, type Resolved, requestChanges, type Schema, type Schemas } from './compare-schemas.ts';

type Content = Readonly<Record<string, { schema?: Schema }>>;

interface Operation {
  operationId: string;
  security?: readonly Readonly<Record<string, unknown>>[];
  parameters?: readonly { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Content };
  responses: Readonly<Record<string, { content?: Content }>>;
}

/** As much of an OpenAPI document as is compared. */
export interface ComparedDocument {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Schemas };
}

/** One side of a comparison. */
interface Side {
  operation: Operation;
  schemas: Schemas;
}

/** Media types that a client sends and reads as JSON. */
const isJson = (type: string): boolean => /[/+]json$/.test(type);

/** The schema of a body in JSON; `null` where there is none. A second media type of the same operation has the same members. */
const jsonOf = (content: Content = {}, schemas: Schemas): Resolved | null => {
  const [, body] = Object.entries(content).find(([type, { schema }]) => isJson(type) && schema) ?? [];
  return body?.schema ? { schema: body.schema, schemas } : null;
};

/** Whether a call needs a token: where it may do without one, an empty requirement says so. */
const needsToken = ({ security = [] }: Operation): boolean =>
  security.length > 0 && security.every((one) => Object.keys(one).length > 0);

const requestBodyChanges = (before: Side, now: Side, where: string): string[] => {
  const [old, present] = [before.operation.requestBody, now.operation.requestBody];
  if (!old) return present?.required ? [`${where}: a body is required`] : [];
  if (!present) return [`${where}: the body is not taken any more`];
  const body = jsonOf(old.content, before.schemas);
  const taken = jsonOf(present.content, now.schemas);
  return [
    ...Object.keys(old.content)
      .filter((type) => !(type in present.content))
      .map((type) => `${where}: ${type} is not offered any more`),
    ...(present.required && !old.required ? [`${where}: a body is required`] : []),
    ...(body && taken ? requestChanges(body, taken, `${where}: the request`) : []),
  ];
};

const parameterChanges = (before: Side, now: Side, where: string): string[] => {
  const known = new Map((before.operation.parameters ?? []).map((one) => [`${one.in} ${one.name}`, one]));
  return (now.operation.parameters ?? []).flatMap((parameter) => {
    const old = known.get(`${parameter.in} ${parameter.name}`);
    const name = `${where}: ${parameter.name}`;
    if (!old?.required && parameter.required) return [`${name} is required`];
    if (!old?.schema || !parameter.schema) return [];
    return requestChanges(
      { schema: old.schema, schemas: before.schemas },
      { schema: parameter.schema, schemas: now.schemas },
      name,
    );
  });
};

const answersOf = (before: Side, now: Side, where: string): string[] =>
  Object.entries(before.operation.responses).flatMap(([status, { content = {} }]) => {
    const present = now.operation.responses[status];
    const isProblem = 'application/problem+json' in content;
    const name = isProblem ? 'a problem document' : `${where}: the ${status}`; // one schema for all of them
    if (!present) return status.startsWith('2') ? [`${name} is gone`] : [];
    const [old, taken] = [jsonOf(content, before.schemas), jsonOf(present.content, now.schemas)];
    return [
      ...Object.keys(content)
        .filter((type) => !(type in (present.content ?? {})))
        .map((type) => `${name} is not ${type} any more`),
      ...(old && taken ? answerChanges(old, taken, name) : []),
    ];
  });

/**
 * What of a document breaks clients that were made from the one before, a sentence each. Requests may only take more, answers only have
 * more; clients are free to ignore what they don't know.
 */
export const breakingChanges = (before: ComparedDocument, now: ComparedDocument): string[] => {
  const changes = Object.entries(before.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const where = `${method.toUpperCase()} ${path}`;
      const present = now.paths[path]?.[method];
      if (!present) return [`${where} is gone`];
      const old: Side = { operation, schemas: before.components.schemas };
      const side: Side = { operation: present, schemas: now.components.schemas };
      return [
        ...(operation.operationId === present.operationId ? [] : [`${where} is not ${operation.operationId} any more`]),
        ...(needsToken(present) && !needsToken(operation) ? [`${where} needs a token`] : []),
        ...parameterChanges(old, side, where),
        ...requestBodyChanges(old, side, where),
        ...answersOf(old, side, where),
      ];
    }),
  );
  return [...new Set(changes)];
};
