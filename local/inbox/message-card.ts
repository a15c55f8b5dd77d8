import { type Html, html } from '../../shared/primitives/html.ts';
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

const plainText = (text: string): Html => html`<pre class="text">${text}</pre>`;

const contentOf = ({ html: mail, text, to }: StoredMessage): Html => {
  if (mail === null) return plainText(text);
  const frame = html`<iframe title="Mail to ${to}" sandbox="${MAIL_SANDBOX}" loading="lazy" height="${frameHeightPx(text)}" srcdoc="${MAIL_PREAMBLE + mail}"></iframe>`;
  return text === '' ? frame : html`${frame}\n<details><summary>Plain text</summary>${plainText(text)}</details>`;
};

const CHANNEL_NAMES: Readonly<Record<StoredMessage['channel'], string>> = { email: 'E-mail', sms: 'SMS' };

/** In the machine's time zone, which is the reader's. */
const timeFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** One message as an item of the page's list. Every text in it is untrusted. */
export const messageCard = (message: StoredMessage): Html => {
  const { id, channel, to, from, subject, sent_at: sentAt } = message;
  const headingId = `message-${id}`;
  return html`<li data-id="${id}">
<article class="card" aria-labelledby="${headingId}">
<header>
<h2 id="${headingId}">${(subject ?? 'Text message') || '(no subject)'}</h2>
<p class="facts"><span class="badge ${channel}">${CHANNEL_NAMES[channel]}</span> <time datetime="${sentAt}">${timeFormat.format(new Date(sentAt))}</time></p>
<dl>
<div><dt>To</dt><dd>${to}</dd></div>
<div><dt>From</dt><dd>${from}</dd></div>
</dl>
</header>
${contentOf(message)}
</article>
</li>`;
};
