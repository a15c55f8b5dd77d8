/**
 * What a hosted page may do: run our own script, call our own API, and nothing else. A token is in the page's hands, so
 * it can't be framed, can't load from elsewhere and tells no other origin where the reader came from.
 *
 * The referrer policy is `same-origin` and not `no-referrer`: under that, browsers send `Origin: null` with a form, by which
 * our own page can't be told from another's. The token is in the fragment, which no `Referer` has (RFC 9110 §10.1.3).
 *
 * @see OWASP ASVS 5.0 3.4; Fetch, "append a request `Origin` header"
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  vary: 'accept-language',
};
