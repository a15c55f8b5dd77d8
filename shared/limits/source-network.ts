/** Four numbers; whether each is small enough, the URL parser says. It would read a host name as well. */
const DOTTED_QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV4_MAPPED_PREFIX = '0:0:0:0:0:ffff:';

const expandIpv6 = (address: string): string[] => {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: gap }, () => '0'), ...right];
};

const dotted = (high: string, low: string): string => {
  const value = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
};

/**
 * The network that a limit counts by: an IPv4 address as it is, of an IPv6 address the /64, because every subscriber
 * has all 2^64 addresses of one. An IPv4-mapped IPv6 address counts as the IPv4 address that it is.
 *
 * @param sourceIp what the gateway, or the edge before it, saw as the TCP peer; never what a client wrote
 * @returns the canonical network; an address that can't be read counts as one network `unknown`, so it can't be a way around
 * @see RFC 4291 §2.5.4
 */
export const sourceNetwork = (sourceIp: string): string => {
  const bare = sourceIp.replace(/%.*$/, ''); // a zone id says which of *our* interfaces, not who
  if (!bare.includes(':')) {
    return DOTTED_QUAD.test(bare) && URL.canParse(`http://${bare}/`) ? new URL(`http://${bare}/`).hostname : 'unknown';
  }
  if (!URL.canParse(`http://[${bare}]/`)) return 'unknown';

  const groups = expandIpv6(new URL(`http://[${bare}]/`).hostname.slice(1, -1));
  if (groups.join(':').startsWith(IPV4_MAPPED_PREFIX)) return dotted(groups[6] ?? '0', groups[7] ?? '0');
  return `${groups.slice(0, 4).join(':')}::/64`;
};
