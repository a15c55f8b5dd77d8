import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { generateSync } from 'otplib';
import type { Clock } from '../../shared/primitives/clock.ts';

/** RFC 6238 §5.2. */
const STEP_SECONDS = 30;

/** Far longer than a delivery takes on a busy machine. */
const DELIVERY_SECONDS = 60;

const LINK = /\/ui\/(?:complete-sign-up|reset)(?:\?[^#\s]*)?#token=([0-9A-Z]{26})/;
const SMS_CODE = /\b(\d{6})\b/;

interface Message {
  id: string;
  text: string;
}

/** What a person has in the hand: reads mails, SMS and an authenticator app for a client that is tried. */
export const startPhone = async (inboxUrl: string, clock: Clock): Promise<{ url: string; close(): void }> => {
  const read = new Set<string>();
  const lastSteps = new Map<string, number>();

  /** What a new message to an address or number says. */
  const newest = async (to: string, pattern: RegExp): Promise<string> => {
    for (let waited = 0; waited < DELIVERY_SECONDS; waited += 0.1) {
      const messages = (await (await fetch(`${inboxUrl}/messages?to=${encodeURIComponent(to)}`)).json()) as Message[];
      const found = messages.find(({ id, text }) => !read.has(id) && pattern.test(text));
      if (found) {
        read.add(found.id);
        return pattern.exec(found.text)?.[1] ?? '';
      }
      await pause(100);
    }
    throw new Error(`nothing came for ${to}`);
  };

  /** A code that was not used yet: of the step to come where this one's was, which the service takes once. */
  const totp = async (secret: string): Promise<string> => {
    const now = () => Math.floor(clock.nowSeconds() / STEP_SECONDS);
    const step = Math.max(now(), (lastSteps.get(secret) ?? 0) + 1);
    while (step > now() + 1) await pause(500);
    lastSteps.set(secret, step);
    return generateSync({ secret, epoch: step * STEP_SECONDS });
  };

  const readOf = (what: string, of: string): Promise<string> => {
    if (what === '/token') return newest(of, LINK);
    if (what === '/code') return newest(of.replaceAll(' ', ''), SMS_CODE);
    return totp(of);
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://phone');
    readOf(pathname, searchParams.get('of') ?? '').then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
};
