import type { networkInterfaces } from 'node:os';
import { asHost, type Listening } from './own-host.ts';

/** Of one link alone, and written with its name, which no URL can have. @see RFC 4291 §2.5.6, RFC 6874 (historic) */
const LINK_LOCAL = /^fe[89ab]/i;

/**
 * The host of links in mails and of the tokens' issuer: where the service listens. On every address it is the first that other machines
 * can reach, IPv4 before IPv6, because phones, emulators and containers reach that, and this machine too.
 *
 * @param interfaces of this machine
 * @returns the loopback where no other machine can reach it
 */
export const publicHost = (
  { host, isEverywhere }: Pick<Listening, 'host' | 'isEverywhere'>,
  interfaces: ReturnType<typeof networkInterfaces>,
): string => {
  if (!isEverywhere) return asHost(host);
  const others = Object.values(interfaces)
    .flatMap((addresses = []) => addresses)
    .filter(({ internal, address }) => !internal && !LINK_LOCAL.test(address));
  const found = others.find(({ family }) => family === 'IPv4') ?? others[0];
  return found ? asHost(found.address) : '127.0.0.1';
};
