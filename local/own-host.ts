import { isIP } from 'node:net';
import { plainAddress } from './plain-address.ts';

const LOOPBACK = '127.0.0.1';

const LOOPBACK_HOSTS = [LOOPBACK, 'localhost', '[::1]'];

/** @see RFC 1122 §3.2.1.3 (g), RFC 4291 §2.5.3 */
const LOOPBACK_ADDRESS = /^(?:127\.|::1$)/;

const EVERY_ADDRESS = ['0.0.0.0', '::'];

/**
 * Names of this machine that are good on all machines, so they belong to no page: what an Android emulator calls it (an address that
 * its own network alone has), and what containers of Docker and Podman do (`.internal` is never delegated in public DNS).
 *
 * @see Android Studio user guide, "Set up Android Emulator networking"; ICANN resolution 2024.07.29.06
 */
const GUESTS_HOSTS = ['10.0.2.2', 'host.docker.internal', 'host.containers.internal'];

const hostnameIn = (host: string | undefined): string =>
  /^(?<name>[^:[\]]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.exec(host ?? '')?.groups?.name?.toLowerCase() ?? '';

/** An address as a URL or a Host header has it. */
export const asHost = (address: string): string => (isIP(address) === 6 ? `[${address}]` : address);

/**
 * Whether a request was addressed to this machine's loopback, by its Host header. In DNS rebinding a page's own domain is pointed
 * at 127.0.0.1 after the page has loaded, so the browser treats this server as the page's origin; the Host header still
 * names the domain. Any port is accepted: a tunnel or container may map it, and the attack depends on the name.
 *
 * @param host the Host header
 * @see https://fetch.spec.whatwg.org/#origin-header
 */
export const isOwnHost = (host: string | undefined): boolean => LOOPBACK_HOSTS.includes(hostnameIn(host));

/** Where a service listens, and under which names it answers there. */
export interface Listening {
  /** An address of this machine, or one that stands for all of them. */
  host: string;
  /** Whether other machines reach it. */
  isOpen: boolean;
  /** Whether it listens on every address, that of the loopback among them. */
  isEverywhere: boolean;
  /** The names, for people. */
  names: string;
  /**
   * Whether a request was addressed to this machine. Beside the loopback's names an address counts only if the request has come in
   * by it: no page can have it for a name of its own.
   *
   * @param host the Host header
   * @param localAddress at which the connection arrived
   */
  isOwnHost(host: string | undefined, localAddress: string | undefined): boolean;
}

/** Tells what listening at an address means. @param host an IP address */
export const listeningAt = (host: string): Listening => {
  const isEverywhere = EVERY_ADDRESS.includes(host);
  const guests = isEverywhere ? GUESTS_HOSTS : [];
  const others = isEverywhere ? ['the addresses of this machine', ...guests] : [asHost(host)];
  const names = [...new Set([LOOPBACK, 'localhost', ...others])];
  return {
    host,
    isOpen: !LOOPBACK_ADDRESS.test(host),
    isEverywhere,
    names: `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
    isOwnHost: (given, localAddress) => {
      const name = hostnameIn(given);
      return LOOPBACK_HOSTS.includes(name) || guests.includes(name) || name === asHost(plainAddress(localAddress));
    },
  };
};
