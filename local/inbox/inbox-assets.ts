import { readFileSync } from 'node:fs';
import type { InboxAnswer } from './inbox-answer.ts';

/**
 * What the inbox's page may do: run our script, ask our server, frame nothing from elsewhere. A frame made of `srcdoc`
 * is under its page's policy as well, so that a mail runs no script twice over (the sandbox is the other reason) and
 * loads no picture that tells its sender; inline styles are let through because mail is made of them.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data:',
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The headers of the page. The opener policy makes sure that no page a mail links to gets a hand on this one. */
export const INBOX_PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

const CONTENT_TYPES = {
  'inbox.css': 'text/css; charset=utf-8',
  'inbox.js': 'text/javascript; charset=utf-8',
} as const;

/** A file that the page needs. It is read each time, so that an edit shows after a reload. */
export const assetAnswer = (name: keyof typeof CONTENT_TYPES): InboxAnswer => ({
  status: 200,
  headers: { 'content-type': CONTENT_TYPES[name] },
  body: readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8'),
});
