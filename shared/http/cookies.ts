/**
 * The cookies of a request by name, each as it came. A name that comes twice is present with an empty value: it is ambiguous
 * which one the browser meant, and it must not count as absent.
 *
 * @param cookies as API Gateway parts them: `name=value`
 */
export const cookiesOf = (cookies: readonly string[] = []): Readonly<Record<string, string>> => {
  const values = new Map<string, string>();
  for (const cookie of cookies) {
    const [name = ''] = cookie.split('=', 1);
    values.set(name, values.has(name) ? '' : cookie.slice(cookie.indexOf('=') + 1));
  }
  return Object.fromEntries(values);
};
