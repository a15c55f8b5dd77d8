import { type Html, html } from './html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';

/** Writes the page for people whom a message reached that they did not expect. */
export const notMePage = (context: PageContext): Html => {
  const { heading, lead, sections } = context.texts.notMe;
  const main = html`<p class="lead">${lead}</p>
${sections.map(
  ({ title, text }) => html`<section>
<h2>${title}</h2>
<p>${text}</p>
</section>`,
)}`;
  return layout(context, { heading, main, hasForm: false });
};
