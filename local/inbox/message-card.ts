import { escapeHtml } from '../../shared/primitives/escape-html.ts';
import type { StoredMessage } from './stored-message.ts';

/**
 * Permissions of a framed mail: to open links, in pages without the sandbox. Without `allow-scripts` and
 * `allow-same-origin` it can't run code, send forms or reach the page around it.
 */
const MAIL_SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/** Opens links in a new page, which has no opener by default (HTML, "noopener"). */
const MAIL_PREAMBLE = '<!doctype html><base target="_blank">';

const FRAME_MIN_HEIGHT_PX = 260;
const FRAME_MAX_HEIGHT_PX = 800;
const LINE_HEIGHT_PX = 26;
const CHARACTERS_PER_LINE = 60;

/** Estimated from the plain text: a sandboxed frame can't be measured. The reader can resize it. */
const frameHeightPx = (text: string): number => {
  const lines = text.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / CHARACTERS_PER_LINE), 0);
  return Math.min(FRAME_MAX_HEIGHT_PX, Math.max(FRAME_MIN_HEIGHT_PX, 120 + lines * LINE_HEIGHT_PX));
};

const plainText = (text: string): string => `<pre class="text">${escapeHtml(text)}</pre>`;

const contentOf = ({ html, text, to }: StoredMessage): string => {
  if (html === null) return plainText(text);
  const frame = `<iframe title="Mail to ${escapeHtml(to)}" sandbox="${MAIL_SANDBOX}" loading="lazy" height="${frameHeightPx(text)}" srcdoc="${escapeHtml(MAIL_PREAMBLE + html)}"></iframe>`;
  return text === '' ? frame : `${frame}\n<details><summary>Plain text</summary>${plainText(text)}</details>`;
};

const CHANNEL_NAMES: Readonly<Record<StoredMessage['channel'], string>> = { email: 'E-mail', sms: 'SMS' };

/** In the machine's time zone, which is the reader's. */
const timeFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** One message as an item of the page's list. Every text in it is untrusted. */
export const messageCard = (message: StoredMessage): string => {
  const { id, channel, to, from, subject, sent_at: sentAt } = message;
  const headingId = escapeHtml(`message-${id}`);
  return `<li data-id="${escapeHtml(id)}">
<article class="card" aria-labelledby="${headingId}">
<header>
<h2 id="${headingId}">${escapeHtml(subject ?? 'Text message') || '(no subject)'}</h2>
<p class="facts"><span class="badge ${channel}">${CHANNEL_NAMES[channel]}</span> <time datetime="${escapeHtml(sentAt)}">${escapeHtml(timeFormat.format(new Date(sentAt)))}</time></p>
<dl>
<div><dt>To</dt><dd>${escapeHtml(to)}</dd></div>
<div><dt>From</dt><dd>${escapeHtml(from)}</dd></div>
</dl>
</header>
${contentOf(message)}
</article>
</li>`;
};
