/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [member: string]: JsonValue;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Applies a merge patch: members of the patch replace, `null` removes, objects go down a level. Neither argument is changed.
 *
 * @see RFC 7396 §2
 */
export const mergePatch = (target: JsonValue | undefined, patch: JsonValue): JsonValue => {
  if (!isObject(patch)) return patch;
  // Entries rather than assignment: a member named like something on the prototype is just a member.
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) merged.delete(member);
    else merged.set(member, mergePatch(merged.get(member), value));
  }
  return Object.fromEntries(merged);
};

const isContainer = (value: JsonValue): value is JsonValue[] | JsonObject =>
  typeof value === 'object' && value !== null;

/** How many levels of objects and arrays a value has; a plain value has none. */
export const jsonDepth = (value: JsonValue): number => {
  let depth = 0;
  // Level by level rather than recursively: what fits into a body can be deeper than the stack.
  for (let level = [value].filter(isContainer); level.length > 0; depth += 1) {
    level = level.flatMap((container) => Object.values(container)).filter(isContainer);
  }
  return depth;
};
