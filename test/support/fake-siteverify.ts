import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Behaviour, startFakeServer } from './fake-server.ts';

/** What a request of the verification had. */
interface SiteverifyRequest {
  method: string | undefined;
  contentType: string | undefined;
  connection: string | undefined;
  fields: Record<string, string>;
}

/** A verified response as it was first asked for. */
interface Issued {
  hostname: string;
  isUsed: boolean;
}

export type FakeSiteverify = Awaited<ReturnType<typeof startFakeSiteverify>>;

/**
 * Starts a server that speaks the protocol of Turnstile's and hCaptcha's siteverify: a form with `secret` and `response` (hCaptcha:
 * and `sitekey`), answered with JSON and status 200 for each verdict. A response is good once.
 *
 * @see Cloudflare Turnstile, "Validate the token"; hCaptcha Developer Guide, "Verify the User Response Server Side"
 */
export const startFakeSiteverify = async ({
  provider = 'turnstile',
  secret,
  siteKey = 'a-site-key',
}: {
  provider?: 'turnstile' | 'hcaptcha';
  secret: string;
  siteKey?: string;
}) => {
  const requests: SiteverifyRequest[] = [];
  const issued = new Map<string, Issued>();
  let secretNow = secret;
  let behaviour: Behaviour | null = null;
  let serial = 0;

  const isTurnstile = provider === 'turnstile';
  const refused = (...codes: string[]) => ({ success: false, 'error-codes': codes });

  const verify = (fields: Record<string, string>): object => {
    if (!fields.secret) return refused('missing-input-secret');
    if (fields.secret !== secretNow) return refused('invalid-input-secret');
    if (!fields.response) return refused('missing-input-response');
    if (!isTurnstile && fields.sitekey !== undefined && fields.sitekey !== siteKey)
      return refused('sitekey-secret-mismatch');
    const found = issued.get(fields.response);
    if (!found) return refused('invalid-input-response');
    if (found.isUsed) return refused(isTurnstile ? 'timeout-or-duplicate' : 'already-seen-response');
    found.isUsed = true;
    const { hostname } = found;
    const common = { success: true, challenge_ts: '2026-11-29T12:00:00.000Z', hostname };
    return isTurnstile ? { ...common, 'error-codes': [], action: 'sign-up', cdata: '' } : { ...common, credit: false };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fields = Object.fromEntries(new URLSearchParams(await text(request)));
    const { 'content-type': contentType, connection } = request.headers;
    requests.push({ method: request.method, contentType, connection, fields });
    if (behaviour) return behaviour(response);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(verify(fields)));
  };

  const { origin, stop } = await startFakeServer((request, response) => void answer(request, response));

  return {
    url: `${origin}/siteverify`,
    siteKey,
    /** Every request since the last time it was emptied. */
    requests,
    /** A response as the widget gives it, good once. */
    solve: (hostname = 'www.bookshelf.example'): string => {
      serial += 1;
      const token = `0.solved-${serial}.${'x'.repeat(300)}`;
      issued.set(token, { hostname, isUsed: false });
      return token;
    },
    /** The provider's own secret from now on. */
    rotateTo: (next: string) => {
      secretNow = next;
    },
    /** @param next instead of the protocol; `null` for the protocol again */
    behave: (next: Behaviour | null) => {
      behaviour = next;
    },
    stop,
  };
};
