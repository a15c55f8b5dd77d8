import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';

/** The page for people who got a message that they did not ask for. */
export const notMePage = (context: PageContext): Html => {
  const { heading, lead, sections } = context.texts.notMe;
  const main = html`<p class="lead">${lead}</p>
${sections.map(
  ({ title, text }) => html`<section>
<h2>${title}</h2>
<p>${text}</p>
</section>`,
)}`;
  return layout(context, { heading, main, script: null });
};
