import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PAGE_HEADERS } from '../../functions/serve-pages/page-headers.ts';
import { acceptedLocales } from '../../shared/primitives/language.ts';
import type { findPage } from '../../web/find-page.ts';

/** A request that reached one of the flows. */
interface Call {
  path: string;
  contentType: string;
  accept: string;
  fields: Record<string, string>;
}

/** Answer of a fake flow; `drop` closes the connection instead. */
export interface FakeAnswer {
  status: number;
  body: unknown;
  drop?: boolean;
}

/** A server on 127.0.0.1 with the real pages and their headers, and fakes for the flows behind them. */
export interface PageServer {
  origin: string;
  calls: Call[];
  /** Every requested address, unparsed. */
  requests: string[];
  /** Sets the answer of a path. */
  answer(path: string, answer: FakeAnswer): void;
  /** Holds answers back until the returned function is called. */
  hold(): () => void;
  forget(): void;
  stop(): Promise<void>;
}

const PAGE_OF: Readonly<Record<string, string>> = {
  '/account/reset-password': '/ui/reset',
  '/accounts/complete': '/ui/complete-sign-up',
  '/account/recovery/revoke': '/ui/not-me',
  '/account/undo': '/ui/undo',
  '/account/deletion/cancel': '/ui/keep-account',
  '/account/export/download': '/ui/export',
  '/account/sign-in/revoke': '/ui/not-my-sign-in',
};

const DEFAULT_ANSWERS: Readonly<Record<string, FakeAnswer>> = {
  '/reset': { status: 200, body: { valid: true, expires_at: '2026-11-21T10:15:00Z' } },
  '/account/reset-password': { status: 200, body: { status: 'password-changed' } },
  '/account/recovery/revoke': { status: 200, body: { status: 'recovery-revoked' } },
  '/account/undo': { status: 200, body: { status: 'change-undone', restored: ['password'] } },
  '/account/deletion/cancel': { status: 200, body: { status: 'account-kept' } },
  '/account/sign-in/revoke': { status: 200, body: { status: 'sign-in-revoked', password_voided: true } },
  '/account/export/download': { status: 200, body: { format: 'keyturn-account-export-1' } },
  '/accounts/complete': { status: 200, body: { access_token: 'canary-access', refresh_token: 'canary-refresh' } },
};

/** What a browser saves as a file. */
const SAVED: ReadonlySet<string> = new Set(['/account/export/download']);

const outcomeOf = ({ status, body }: FakeAnswer): string => (status === 200 ? 'done' : (body as { code: string }).code);

/** @param pages the function under test, from source or from a bundle */
export const servePagesWithFakes = async (pages: typeof findPage): Promise<PageServer> => {
  const calls: Call[] = [];
  const requests: string[] = [];
  let answers = new Map(Object.entries(DEFAULT_ANSWERS));
  let held: Promise<void> = Promise.resolve();

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(request.url ?? '');

    if (request.method === 'GET') {
      const page = pages({
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        locales: acceptedLocales(request.headers['accept-language']),
        productName: 'Example',
        fallbackLanguage: 'en',
      });
      response.writeHead(page ? 200 : 404, { ...PAGE_HEADERS, ...(page && { 'content-type': page.contentType }) });
      response.end(page?.body);
      return;
    }

    const { accept = '', 'content-type': contentType = '' } = request.headers;
    const body = await text(request);
    const isForm = contentType.startsWith('application/x-www-form-urlencoded');
    const fields = isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body || '{}');
    calls.push({ path: url.pathname, accept, contentType, fields });
    await held;

    const answer = answers.get(url.pathname) ?? { status: 404, body: {} };
    if (answer.drop) {
      request.socket.destroy();
    } else if (SAVED.has(url.pathname) && answer.status === 200) {
      const headers = {
        'content-type': 'application/json',
        'content-disposition': 'attachment; filename="account.json"',
      };
      response.writeHead(200, headers).end(JSON.stringify(answer.body));
    } else if (isForm && accept.includes('text/html')) {
      response.writeHead(303, { location: `${PAGE_OF[url.pathname]}?outcome=${outcomeOf(answer)}` }).end();
    } else {
      const type =
        answer.status === 200 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8';
      response.writeHead(answer.status, { 'content-type': type }).end(JSON.stringify(answer.body));
    }
  };

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    requests,
    answer: (path, answer) => answers.set(path, answer),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    forget: () => {
      calls.length = 0;
      requests.length = 0;
      answers = new Map(Object.entries(DEFAULT_ANSWERS));
      held = Promise.resolve();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
