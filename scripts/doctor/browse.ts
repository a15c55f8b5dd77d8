import type { IncomingHttpHeaders } from 'node:http';
import { openHttp } from '../../shared/aws/aws-http.ts';
import { Unread } from './unread.ts';

/** Longer than a cold start, and than a reader of the public documents waits. */
const TIMEOUT_MS = 10_000;

/** A whole answer. */
interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** From the look-up of the name to the last byte, in milliseconds. */
  tookMs: number;
}

/** Gets a page, once, over a connection of its own, and follows nothing. Headers are those given: without one there is no User-Agent. @throws Unread */
export type Browse = (url: string, headers?: Readonly<Record<string, string>>) => Promise<Page>;

/** What this command calls itself. */
export const OURS = { 'user-agent': 'keyturn-doctor' };

/** @see openHttp */
export const browse: Browse = async (url, headers = {}) => {
  const { pathname, search, host } = new URL(url);
  const from = performance.now();
  try {
    const { body, ...answer } = await openHttp(new URL(url))({
      method: 'GET',
      path: `${pathname}${search}`,
      headers: { host, ...headers },
      body: '',
      timeoutMs: TIMEOUT_MS,
    });
    return { ...answer, body: body.toString(), tookMs: Math.round(performance.now() - from) };
  } catch (error) {
    const { name, code = name } = error as NodeJS.ErrnoException;
    throw new Unread(`${host} can't be reached (${code}).`, 'See the checks of DNS and certificate.');
  }
};
