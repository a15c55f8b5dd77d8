import type { Json, Model, Models, Operation } from './models.ts';

/** `public var sessionId: UUID?` */
const PROPERTY = /^ {4}public (?:var|let) (\w+): ([\w[\]:? ]+?)(\?)?(?: = .*)?$/gm;

/** `case sessionId = "session_id"` */
const KEY = /^ {8}case (\w+)(?: = "(\w+)")?$/gm;

const UUID = /^[0-9a-f-]{36}$/i;

const SWIFT_TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  Bool: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value),
  Int64: (value) => Number.isInteger(value),
  UUID: (value) => typeof value === 'string' && UUID.test(value),
  Date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

const readModel = (source: string, models: () => Models): Model => {
  const keys = new Map([...source.matchAll(KEY)].map(([, name = '', key = name]) => [name, key]));
  const members = [...source.matchAll(PROPERTY)]
    .map(([, name = '', type = '', optional]) => ({ name: keys.get(name) ?? '', type, isOptional: optional === '?' }))
    .filter(({ name }) => name !== '');
  /** Foundation writes a UUID in capitals. */
  const written = (value: unknown, type: string): unknown => (type === 'UUID' ? String(value).toUpperCase() : value);
  return {
    write: (fields) => {
      const types = new Map(members.map(({ name, type }) => [name, type]));
      return Object.fromEntries(
        Object.entries(fields).map(([name, value]) => {
          const type = types.get(name);
          if (type === undefined) throw new Error(`the struct has no ${name}`);
          return [name, written(value, type)];
        }),
      );
    },
    read: (json) => {
      for (const { name, type, isOptional } of members) {
        const value = json[name];
        if (value === undefined || value === null) {
          if (!isOptional) throw new Error(`${name} is missing`);
          continue;
        }
        const element = type.replace(/^\[(.*)\]$/, '$1');
        for (const one of type === element ? [value] : [value].flat()) {
          if (SWIFT_TYPES[element] && !SWIFT_TYPES[element](one)) throw new Error(`${name} is no ${element}`);
          models()[element]?.read(one as Json);
        }
      }
      return json;
    },
  };
};

/** The structures of a client that openapi-generator has written in Swift, by their names. */
export const readSwiftModels = (sources: readonly string[]): Models => {
  const models: Record<string, Model> = {};
  for (const source of sources) {
    const name = /^public struct (\w+): /m.exec(source)?.[1];
    if (name) models[name] = readModel(source, () => models);
  }
  return models;
};

const CALL =
  /class func (\w+)WithRequestBuilder\([^\n]*-> RequestBuilder<(\w+)> \{\n\s+(?:let|var) localVariablePath = "([^"]+)"([\s\S]*?)\.init\(method: "(\w+)"/g;

/** Its calls: method, path, media type, and the structure of the answer. */
export const readSwiftOperations = (sources: readonly string[]): Readonly<Record<string, Operation>> =>
  Object.fromEntries(
    sources.flatMap((source) =>
      [...source.matchAll(CALL)].map(([, name = '', answer = '', path = '', body = '', method = '']) => {
        const contentType = /"Content-Type": "([^"]+)"/.exec(body)?.[1] ?? null;
        return [name, { method, path, contentType, answer: answer === 'Void' ? null : answer }];
      }),
    ),
  );
