/**
 * A request's cookies by name, values as they came. A duplicate name gets an empty value: it is ambiguous, but must not
 * count as absent.
 *
 * @param cookies as API Gateway splits them: `name=value`
 */
export const cookiesOf = (cookies: readonly string[] = []): Readonly<Record<string, string>> => {
  const values = new Map<string, string>();
  for (const cookie of cookies) {
    const [name = ''] = cookie.split('=', 1);
    values.set(name, values.has(name) ? '' : cookie.slice(cookie.indexOf('=') + 1));
  }
  return Object.fromEntries(values);
};
