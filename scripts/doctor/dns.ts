import type { Resolver } from 'node:dns/promises';
import { Unread } from './unread.ts';

/** The records of a name, from a resolver. All are empty where there are none. @throws Unread where the resolver gives no answer */
export interface Dns {
  /** Each with its strings joined (RFC 7208 §3.3). */
  txt(name: string): Promise<string[]>;
  mx(name: string): Promise<string[]>;
  cname(name: string): Promise<string[]>;
  /** IPv4 and IPv6. */
  addresses(name: string): Promise<string[]>;
}

/** The name has no such record, or there is no such name. @see node:dns, "Error codes" */
const NONE: ReadonlySet<string> = new Set(['ENODATA', 'ENOTFOUND']);

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/** @param resolver with a time limit of its own */
export const openDns = (resolver: Resolver): Dns => {
  const look = async <Found>(name: string, ask: () => Promise<Found[]>): Promise<Found[]> => {
    try {
      return await ask();
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (NONE.has(code)) return [];
      throw new Unread(`The resolver of this machine gives no answer about ${name} (${code}).`, 'Try another network.');
    }
  };

  return {
    txt: async (name) => (await look(name, () => resolver.resolveTxt(name))).map((strings) => strings.join('')),
    mx: async (name) => (await look(name, () => resolver.resolveMx(name))).map(({ exchange }) => bare(exchange)),
    cname: async (name) => (await look(name, () => resolver.resolveCname(name))).map(bare),
    addresses: async (name) => [
      ...(await look(name, () => resolver.resolve4(name))),
      ...(await look(name, () => resolver.resolve6(name))),
    ],
  };
};
