/** Only dotted numbers: the URL parser, which checks their range, would also accept a host name. */
const DOTTED_QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV4_MAPPED_PREFIX = '0:0:0:0:0:ffff:';

/** All eight groups of a canonical address. */
const expandIpv6 = (address: string): string[] => {
  const written = address.split(':').filter(Boolean);
  return address
    .replace('::', `:${'0:'.repeat(8 - written.length)}`)
    .split(':')
    .filter(Boolean);
};

/** @param groups two of them */
const dotted = (groups: readonly string[]): string =>
  Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex').join('.');

/**
 * The network that a limit counts by: an IPv4 address itself, and the /64 of an IPv6 address, because each subscriber
 * controls all 2^64 addresses of one. An IPv4-mapped IPv6 address counts as IPv4.
 *
 * @param sourceIp the TCP peer that the gateway, or the edge in front of it, saw, or the address that a trusted caller signed (docs/adr/0048)
 * @returns the canonical network; unreadable addresses share the network `unknown`, so they are no way around a limit
 * @see RFC 4291 §2.5.4
 */
export const sourceNetwork = (sourceIp: string): string => {
  const bare = sourceIp.replace(/%.*/s, ''); // the zone id names a local interface, not the peer
  if (!bare.includes(':')) {
    return DOTTED_QUAD.test(bare) && URL.canParse(`http://${bare}/`) ? new URL(`http://${bare}/`).hostname : 'unknown';
  }
  if (!URL.canParse(`http://[${bare}]/`)) return 'unknown';

  const groups = expandIpv6(new URL(`http://[${bare}]/`).hostname.slice(1, -1));
  if (groups.join(':').startsWith(IPV4_MAPPED_PREFIX)) return dotted(groups.slice(6));
  return `${groups.slice(0, 4).join(':')}::/64`;
};

/** A network that a source is in, and how many sources of its size a limit takes it for. */
export interface NetworkTier {
  network: string;
  /** 1 or more: the limit of one source times this is the network's. */
  sources: number;
}

/**
 * Who has a wider network has all narrower ones within it, and would have a limit's number once for each. So wider ones have a limit too,
 * well above that of one source, because they also are many people's.
 *
 * - /24: 256 addresses, of which carriers give one to many people.
 * - /56: what a home is given; nearly always one subscriber's. @see RIPE-690 §4.2
 * - /48: what an organisation is given. @see RFC 6177 §2, RIPE-690 §4.2
 */
const SOURCES_IN = { '/24': 10, '/56': 2, '/48': 8 } as const;

const maskedV6 = (groups: readonly string[], bits: 48 | 56): string => {
  const [a, b, c, d] = groups;
  const high = bits === 56 ? (Number.parseInt(`${d}`, 16) & 0xff00).toString(16) : '0';
  return `${a}:${b}:${c}:${high}::/${bits}`;
};

/**
 * The networks that a request counts for, the narrowest first.
 * @param network as {@link sourceNetwork} gives it
 */
export const networkTiers = (network: string): NetworkTier[] => {
  const narrowest = { network, sources: 1 };
  if (network.includes(':')) {
    const groups = network.split(':');
    return [
      narrowest,
      { network: maskedV6(groups, 56), sources: SOURCES_IN['/56'] },
      { network: maskedV6(groups, 48), sources: SOURCES_IN['/48'] },
    ];
  }
  if (!network.includes('.')) return [narrowest];
  const wider = network.slice(0, network.lastIndexOf('.'));
  return [narrowest, { network: `${wider}.0/24`, sources: SOURCES_IN['/24'] }];
};

/**
 * The network that owners are told of: the widest that an address counts for, as RFC 5952 §4 writes it, and no more than that.
 * @param sourceIp the address that the request came from, whichever a trusted caller named
 * @returns `null` for an address that can't be read
 */
export const shownNetwork = (sourceIp: string): string | null => {
  const [address = '', bits] = networkTiers(sourceNetwork(sourceIp)).at(-1)?.network.split('/') ?? [];
  if (bits === undefined) return null;
  return `${address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address}/${bits}`;
};
