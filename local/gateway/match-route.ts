/** A route as API Gateway knows it, with its target. */
export interface RouteTarget<Target> {
  method: string;
  /** `{name}` matches one segment, `{name+}` the rest. */
  path: string;
  target: Target;
}

/** The route that a request matched. */
export interface RouteMatch<Target> {
  routeKey: string;
  pathParameters: Record<string, string>;
  target: Target;
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

/** API Gateway prefers the exact path, then a parameter, then a greedy one. */
const rank = (path: string): number => (path.includes('+}') ? 2 : path.includes('{') ? 1 : 0);

const parametersOf = (pattern: string, path: string): Record<string, string> | null => {
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(path);
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index];
    const name = /^\{(\w+)(\+?)\}$/.exec(segment);
    if (value === undefined) return null;
    if (!name) {
      if (value !== segment) return null;
    } else if (value === '') return null;
    else if (name[2]) return { ...parameters, [name[1] ?? '']: given.slice(index).join('/') };
    else parameters[name[1] ?? ''] = value;
  }
  return wanted.length === given.length ? parameters : null;
};

/**
 * Finds the route of a request.
 *
 * @param path decoded, from the leading slash on
 * @returns `null` where API Gateway would answer 404 itself, for a known path with another method as well
 */
export const matchRoute = <Target>(
  routes: readonly RouteTarget<Target>[],
  method: string,
  path: string,
): RouteMatch<Target> | null => {
  const candidates = routes.filter((route) => route.method === method).toSorted((a, b) => rank(a.path) - rank(b.path));
  for (const { path: pattern, target } of candidates) {
    const pathParameters = parametersOf(pattern, path);
    if (pathParameters) return { routeKey: `${method} ${pattern}`, pathParameters, target };
  }
  return null;
};
