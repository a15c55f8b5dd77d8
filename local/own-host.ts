const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a request was addressed to this machine, by its Host header. In DNS rebinding a page's own domain is pointed
 * at 127.0.0.1 after the page has loaded, so the browser treats this server as the page's origin; the Host header still
 * names the domain. Any port is accepted: a tunnel or container may map it, and the attack depends on the name.
 *
 * @param host the Host header
 * @see https://fetch.spec.whatwg.org/#origin-header
 */
export const isOwnHost = (host: string | undefined): boolean => host !== undefined && LOOPBACK_HOST.test(host);
