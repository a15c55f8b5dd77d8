const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a request was meant for this machine. Whoever controls a name can point it at 127.0.0.1 once its page is loaded,
 * and the browser then takes our server for that page's own (DNS rebinding); only the Host header still tells. Any port is
 * accepted: a tunnel or a container may listen on another one, and a name is what the attack needs.
 *
 * @param host the Host header
 * @see https://fetch.spec.whatwg.org/#origin-header
 */
export const isOwnHost = (host: string | undefined): boolean => host !== undefined && LOOPBACK_HOST.test(host);
