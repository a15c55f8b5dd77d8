/** The part of an SDK client's middleware stack that this needs. */
interface Stack {
  remove(name: string): boolean;
}

/**
 * Removes middlewares of the SDK by their names, which no type knows: an SDK that renames one would keep it in silence.
 *
 * @throws Error that says which of them the stack doesn't have
 */
export const removeMiddleware = (stack: Stack, names: readonly string[]): void => {
  const missing = names.filter((name) => !stack.remove(name));
  if (missing.length > 0) throw new Error(`the SDK has no middleware of the name ${missing.join(', ')}`);
};
