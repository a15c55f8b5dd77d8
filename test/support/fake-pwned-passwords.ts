import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Behaviour, startFakeServer } from './fake-server.ts';

const sha1 = (password: string): string => createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();

/** 35 characters of nothing that was ever hashed here. */
const filler = (index: number): string => index.toString(16).toUpperCase().padStart(35, '0');

/**
 * Starts a server that speaks the protocol of Have I Been Pwned's ranges: five characters asked, the rest of each hash with its
 * count answered, in lines that end with CR LF, without one after the last; padding has the count 0.
 *
 * @see Have I Been Pwned API v3, "Searching by range" and "Introducing padding"
 */
export const startFakePwnedPasswords = async () => {
  const requests: IncomingMessage[] = [];
  const known = new Map<string, number>();
  let behaviour: Behaviour | null = null;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    if (behaviour) {
      behaviour(response);
      return;
    }
    const [, prefix] = /^\/range\/([0-9A-F]{5})$/i.exec(request.url ?? '') ?? [];
    if (prefix === undefined) return void response.writeHead(400).end('The hash prefix was not in a valid format');
    const seen = [...known].flatMap(([password, count]) => {
      const hash = sha1(password);
      return hash.startsWith(prefix.toUpperCase()) ? [`${hash.slice(5)}:${count}`] : [];
    });
    const padding = request.headers['add-padding'] === 'true' ? 900 : 0;
    const lines = [...seen, ...Array.from({ length: padding }, (_, index) => `${filler(index)}:0`)];
    response.writeHead(200, { 'content-type': 'text/plain' }).end(lines.toSorted().join('\r\n'));
  };

  const { origin, stop } = await startFakeServer(answer);

  return {
    url: `${origin}/range/`,
    /** Every request since the last time it was emptied. */
    requests,
    /** Makes a password known. @param count how often it was seen; 0 is what padding looks like */
    add: (password: string, count: number) => void known.set(password, count),
    /** @param next instead of the ranges; `null` for the ranges again */
    behave: (next: Behaviour | null) => {
      behaviour = next;
    },
    stop,
  };
};
