export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

export interface JsonObject {
  [member: string]: JsonValue;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Applies a merge patch: members of the patch replace, `null` removes, objects are merged recursively. Neither argument
 * is changed.
 *
 * @see RFC 7396 §2
 */
export const mergePatch = (target: JsonValue | undefined, patch: JsonValue): JsonValue => {
  if (!isObject(patch)) return patch;
  // A Map, so that a member named `__proto__` is an ordinary member (prototype pollution, CWE-1321).
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) merged.delete(member);
    else merged.set(member, mergePatch(merged.get(member), value));
  }
  return Object.fromEntries(merged);
};

const isContainer = (value: JsonValue): value is JsonValue[] | JsonObject =>
  typeof value === 'object' && value !== null;

/** Depth of nested objects and arrays; 0 for a plain value. */
export const jsonDepth = (value: JsonValue): number => {
  let depth = 0;
  // Iterative: a body within the size limit can be nested deeper than the call stack.
  for (let level = [value].filter(isContainer); level.length > 0; depth += 1) {
    level = level.flatMap((container) => Object.values(container)).filter(isContainer);
  }
  return depth;
};
