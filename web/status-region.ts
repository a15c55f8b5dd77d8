import { type Html, html } from '../shared/primitives/html.ts';

/** The empty place where a page's script shows what came of a form. */
export const emptyStatusRegion: Html = html`<div id="status" role="status" aria-live="polite" tabindex="-1">
<p class="notice-title"></p><p class="notice-text"></p>
</div>`;
