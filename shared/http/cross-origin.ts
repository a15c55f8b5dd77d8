/** Methods by which nothing changes: a link in a mail, a bookmark or a scanner may use them. @see RFC 9110 §9.2.1 */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** What `Sec-Fetch-Site` says of our own pages, and of what a person typed or opened from a bookmark. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/**
 * Tells whether a web page of another origin has its visitor's browser send a request that can change something. The same-origin
 * policy doesn't stop such a page: forms and `fetch` without CORS are sent, only the answer is kept from it.
 *
 * `Sec-Fetch-Site` is asked first, because no page can set it and no privacy setting blanks it; browsers leave it out over plain HTTP
 * and before 2023. Then `Origin`, which is `null` where a browser hides it. What has neither is no browser: apps, servers, curl.
 *
 * @param isTrusted whether a page of that origin may call: our own or one that the operator allows
 * @see Fetch Metadata Request Headers §2.3; Fetch, "`Origin` header"; OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata headers"; ASVS 5.0 3.5.1
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
