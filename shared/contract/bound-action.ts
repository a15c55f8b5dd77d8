const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What a parameter of a path has where a proof is bound to it: every value of ours is of these (RFC 3986 §2.3). */
const UNRESERVED = /^[\w.~-]+$/;

const PARAMETER = /^\{(\w+)\}$/;

/** In capitals, as Swift writes a UUID, it is the same one (RFC 9562 §4). */
const canonical = (value: string): string => (UUID.test(value) ? value.toLowerCase() : value);

/**
 * Names the action of a request: method and path, parameters included, so that a proof for one factor is none for another.
 *
 * @param routeKey `DELETE /two-factor/{factor}`
 */
export const actionOf = (routeKey: string, parameters: Readonly<Record<string, string | undefined>>): string =>
  routeKey
    .split('/')
    .map((segment) => {
      const name = PARAMETER.exec(segment)?.[1];
      return name === undefined ? segment : canonical(parameters[name] ?? '');
    })
    .join('/');

/**
 * Reads an action as an app names it.
 *
 * @param text `DELETE /two-factor/sms`
 * @param routeKeys the routes whose requests a proof can be bound to
 * @returns as {@link actionOf} writes it; `null` for what is a request to none of them
 */
export const readAction = (text: string, routeKeys: readonly string[]): string | null => {
  const given = text.split('/');
  const isOf = (routeKey: string): boolean => {
    const segments = routeKey.split('/');
    return (
      segments.length === given.length &&
      segments.every((segment, index) =>
        PARAMETER.test(segment) ? UNRESERVED.test(given[index] ?? '') : segment === given[index],
      )
    );
  };
  return routeKeys.some(isOf) ? given.map(canonical).join('/') : null;
};
