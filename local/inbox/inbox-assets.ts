import { readFileSync } from 'node:fs';
import type { InboxAnswer } from './inbox-answer.ts';

/**
 * The page's policy: its own script and server, no frames from elsewhere. A frame made of `srcdoc` inherits it, so a
 * mail's scripts are blocked twice (also by the sandbox) and remote images, which would tell the sender that the mail
 * was opened, don't load. Inline styles are allowed because mail depends on them. Forms go to the inbox alone, and none that a mail
 * brings goes anywhere (the sandbox).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data:',
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Headers of the page. The opener policy cuts off pages that a mail links to. With `no-referrer` the page's own form would come with
 * `Origin: null` and be refused as another site's (Fetch, "append a request Origin header").
 */
export const INBOX_PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

const CONTENT_TYPES = {
  'inbox.css': 'text/css; charset=utf-8',
  'inbox.js': 'text/javascript; charset=utf-8',
} as const;

/** Reads a file of the page, anew each time, so that an edit shows after a reload. */
export const assetAnswer = (name: keyof typeof CONTENT_TYPES): InboxAnswer => ({
  status: 200,
  headers: { 'content-type': CONTENT_TYPES[name] },
  body: readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8'),
});
