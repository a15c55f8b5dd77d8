/** Safe methods, which links, bookmarks and scanners may use. @see RFC 9110 §9.2.1 */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Values of `Sec-Fetch-Site` for our own pages, and for typed or bookmarked addresses. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/**
 * Whether a web page of another origin makes its visitor's browser send an unsafe request (CSRF). The same-origin
 * policy doesn't prevent this: browsers send forms and `fetch` without CORS, and only withhold the answer.
 *
 * `Sec-Fetch-Site` is checked first, because no page and no privacy setting can change it; browsers omit it over plain
 * HTTP and before 2023. Then `Origin`, which is `null` where a browser hides it. Requests with neither don't come from
 * a browser.
 *
 * @param isTrusted whether pages of that origin may call: our own and those that the operator allows
 * @see Fetch Metadata Request Headers §2.3; Fetch, "`Origin` header"; OWASP CSRF Prevention Cheat Sheet, "Fetch
 * Metadata headers"; ASVS 5.0 3.5.1
 */
export const isCrossOriginWrite = ({
  method,
  headers,
  isTrusted,
}: {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  isTrusted: (origin: string) => boolean;
}): boolean => {
  if (SAFE_METHODS.includes(method)) return false;
  const { origin, 'sec-fetch-site': site } = headers;
  if (!site && !origin) return false;
  if (typeof site === 'string' && OWN_SITES.includes(site)) return false;
  return typeof origin !== 'string' || !isTrusted(origin);
};
