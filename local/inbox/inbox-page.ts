import { html, joinHtml } from '../../shared/primitives/html.ts';
import { clockForm } from './clock-form.ts';
import { messageCard } from './message-card.ts';
import type { StoredMessage } from './stored-message.ts';

/** Each mail is a frame with a document of its own; a thousand of them would stall the browser. */
const MESSAGES_SHOWN = 50;

const countOf = (count: number): string => (count === 1 ? '1 message' : `${count.toLocaleString('en')} messages`);

const firstMessageCommand = (apiUrl: string): string => `curl -s ${apiUrl}/accounts -d email=you@example.com`;

/**
 * The page, complete without its script, which only saves reloading.
 *
 * @param messages newest first
 * @param revision of the store, so that the script sees when the page is out of date
 * @param apiUrl address of the API
 * @param aheadSeconds how far the service's clock is ahead of the machine's
 */
export const inboxPage = ({
  messages,
  revision,
  apiUrl,
  aheadSeconds,
}: {
  messages: readonly StoredMessage[];
  revision: string;
  apiUrl: string;
  aheadSeconds: number;
}): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${messages.length > 0 ? `(${messages.length}) ` : ''}Keyturn inbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inbox.css">
<script src="/inbox.js" type="module"></script>
</head>
<body data-revision="${revision}">
<header class="bar">
<div class="bar-inner">
<h1>Keyturn inbox</h1>
<p id="count">${countOf(messages.length)}</p>
<p class="actions"><a href="/">Reload</a> <button type="button" id="empty-inbox" hidden>Empty inbox</button></p>
</div>
</header>
<main>
<p class="hint">Everything the service sends on this machine ends here; nothing leaves it. <span id="status" role="status"></span></p>
${clockForm(aheadSeconds)}
<section id="nothing-yet"${messages.length > 0 ? ' hidden' : ''}>
<h2>No messages yet</h2>
<p>Ask the API for an account, and its mail arrives here:</p>
<pre class="command"><code>${firstMessageCommand(apiUrl)}</code></pre>
</section>
<ol id="messages" aria-label="Messages, newest first">
${joinHtml(messages.slice(0, MESSAGES_SHOWN).map(messageCard), '\n')}
</ol>
<p id="older"${messages.length > MESSAGES_SHOWN ? '' : ' hidden'}>The newest ${MESSAGES_SHOWN} are shown; all are in <a href="/messages">/messages</a>.</p>
</main>
</body>
</html>
`.text;
