/** An address as API Gateway writes it: a socket that takes both families names IPv4 peers within IPv6. @see RFC 4291 §2.5.5.2 */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
