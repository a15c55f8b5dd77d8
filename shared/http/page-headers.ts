/**
 * What a hosted page may do: run our own script, call our own API, and nothing else. A token is in the page's hands, so
 * it can't be framed, can't load from elsewhere and tells nobody where the reader came from.
 *
 * @see OWASP ASVS 5.0 3.4
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  vary: 'accept-language',
};
