import type { Json, Model, Models, Operation } from './models.ts';

/** `json[r'device_name'] = this.deviceName;`, with or without `null` for what is not there. */
const WRITTEN = /json\[r'([\w$]+)'\] = (this\.\w+|null)/g;

/** `email: mapValueOfType<String>(json, r'email')!,` and the like of lists, objects and dates. */
const READ = /^\s+\w+: (.*json\[?[^\n]*r'(\w+)'[^\n]*),$/gm;

const DART_TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  int: (value) => Number.isInteger(value),
  Object: () => true,
};

const readModel = (source: string, models: () => Models): Model => {
  const toJson = /Map<String, dynamic> toJson\(\) \{([\s\S]*?)\n {2}\}/.exec(source)?.[1] ?? '';
  const fromJson = /static \w+\? fromJson\(dynamic value\) \{([\s\S]*?)\n {2}\}/.exec(source)?.[1] ?? '';
  const writesNull = new Set(
    [...toJson.matchAll(WRITTEN)].filter(([, , what]) => what === 'null').map(([, name = '']) => name),
  );
  const names = new Set([...toJson.matchAll(WRITTEN)].map(([, name = '']) => name));
  const members = [...fromJson.matchAll(READ)].map(([, code = '', name = '']) => ({ code, name }));
  return {
    write: (fields) => {
      for (const name of Object.keys(fields)) if (!names.has(name)) throw new Error(`the class has no ${name}`);
      const wanted = [...names].filter((name) => fields[name] !== undefined || writesNull.has(name));
      return Object.fromEntries(wanted.map((name) => [name, fields[name] ?? null]));
    },
    read: (json) => {
      for (const { code, name } of members) {
        const value = json[name];
        const type = /mapValueOfType<(\w+)>/.exec(code)?.[1];
        const nested = /^(\w+)\.(fromJson|listFromJson)\(/.exec(code);
        if (code.endsWith('!') && (value === undefined || value === null)) throw new Error(`${name} is missing`);
        if (value === undefined || value === null) continue;
        if (type && !DART_TYPES[type]?.(value)) throw new Error(`${name} is no ${type}`);
        if (code.startsWith('mapDateTime') && Number.isNaN(Date.parse(value as string)))
          throw new Error(`${name} is no date`);
        for (const one of nested ? [value].flat() : []) models()[nested?.[1] ?? '']?.read(one as Json);
      }
      return json;
    },
  };
};

/** The classes of a client that openapi-generator has written in Dart, by their names. */
export const readDartModels = (sources: readonly string[]): Models => {
  const models: Record<string, Model> = {};
  for (const source of sources) {
    const name = /^class (\w+) \{/m.exec(source)?.[1];
    if (name) models[name] = readModel(source, () => models);
  }
  return models;
};

const CALL =
  /Future<Response> (\w+)WithHttpInfo\([\s\S]*?final path = r'([^']+)'([\s\S]*?)return apiClient\.invokeAPI\(\s*path,\s*'(\w+)'/g;

/** Its calls: method, path, media type, and the class of the answer. */
export const readDartOperations = (sources: readonly string[]): Readonly<Record<string, Operation>> =>
  Object.fromEntries(
    sources.flatMap((source) =>
      [...source.matchAll(CALL)].map(([, name = '', path = '', body = '', method = '']) => {
        const contentType = /contentTypes = <String>\['([^']+)'/.exec(body)?.[1] ?? null;
        const answer = new RegExp(`Future<(\\w+)\\?> ${name}\\(`).exec(source)?.[1] ?? null;
        return [name, { method, path, contentType, answer }];
      }),
    ),
  );
