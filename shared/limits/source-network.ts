/** Only dotted numbers: the URL parser, which checks their range, would also accept a host name. */
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
 * The network that a limit counts by: an IPv4 address itself, and the /64 of an IPv6 address, because each subscriber
 * controls all 2^64 addresses of one. An IPv4-mapped IPv6 address counts as IPv4.
 *
 * @param sourceIp the TCP peer that the gateway, or the edge in front of it, saw; never a client's header
 * @returns the canonical network; unreadable addresses share the network `unknown`, so they are no way around a limit
 * @see RFC 4291 §2.5.4
 */
export const sourceNetwork = (sourceIp: string): string => {
  const bare = sourceIp.replace(/%.*$/, ''); // the zone id names a local interface, not the peer
  if (!bare.includes(':')) {
    return DOTTED_QUAD.test(bare) && URL.canParse(`http://${bare}/`) ? new URL(`http://${bare}/`).hostname : 'unknown';
  }
  if (!URL.canParse(`http://[${bare}]/`)) return 'unknown';

  const groups = expandIpv6(new URL(`http://[${bare}]/`).hostname.slice(1, -1));
  if (groups.join(':').startsWith(IPV4_MAPPED_PREFIX)) return dotted(groups[6] ?? '0', groups[7] ?? '0');
  return `${groups.slice(0, 4).join(':')}::/64`;
};
