import { type Html, html } from '../shared/primitives/html.ts';
import type { Notice } from './languages/texts.ts';
import type { Outcome } from './outcome.ts';

/** What a form's script can say: the outcomes, and that the server did not answer. */
export type Notices = Readonly<Record<Outcome | 'no-answer', Notice>>;

/** The empty place where a page's script shows what came of a form. */
export const emptyStatusRegion: Html = html`<div id="status" role="status" aria-live="polite" tabindex="-1">
<p class="notice-title"></p><p class="notice-text"></p>
</div>`;

/** Shows the outcome of the form; the script fills the same two paragraphs. */
export const statusRegion = (outcome: Outcome | null, notices: Notices): Html => {
  if (outcome === null) return emptyStatusRegion;
  // On success the title is in the heading.
  const { title, text } = notices[outcome];
  const done = outcome === 'done';
  return html`<div id="status" role="status" aria-live="polite" tabindex="-1" autofocus data-kind="${done ? 'good' : 'bad'}">
<p class="notice-title">${done ? '' : title}</p><p class="notice-text">${text}</p>
</div>`;
};
