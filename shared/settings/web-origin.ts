import * as z from 'zod/mini';

/** Schemes whose pages have the origin `null`, or none, in browsers. */
const WITHOUT_ORIGIN = ['about:', 'blob:', 'data:', 'file:', 'ftp:', 'javascript:', 'ws:', 'wss:'];

const EXAMPLE = 'such as https://app.example.com or capacitor://localhost';

/**
 * A URL's origin as browsers write it in the header Origin: scheme and host in lower case, the port unless it is the scheme's own, and
 * nothing else. Apps in web views have schemes of their own: `capacitor://localhost`, `ionic://localhost`.
 *
 * @returns `null` for what has none
 * @see HTML, "serialization of an origin"; WebKit's custom URL schemes
 */
const originOf = (text: string): string | null => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.hostname === '' || WITHOUT_ORIGIN.includes(url.protocol)) return null;
  return url.origin === 'null' ? `${url.protocol}//${url.host.toLowerCase()}` : url.origin;
};

/** What is wrong with an origin, and what would be right; `null` for a good one. */
const faultOf = (text: string): string | null => {
  if (text.includes('*')) return `must be an origin ${EXAMPLE}, without *: name each`;
  const origin = originOf(text);
  if (origin === null) return `must be an origin ${EXAMPLE}`;
  return origin === text ? null : `must be an origin as browsers send it: ${origin}`;
};

/** An origin that a browser can send. It is compared with the header as it is, so any other text would match no request. */
export const webOrigin = () =>
  z.string().check((context) => {
    const message = faultOf(context.value);
    if (message) context.issues.push({ code: 'custom', message, input: context.value });
  });
