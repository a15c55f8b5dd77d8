import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';

/** What the page's own links lead to, from every address: no text of the request gets into a page. */
export const NOT_FOUND_PATH = '/ui/';

/** The page for people at an address without one: it says that nothing is wrong with their account, and where to go on. */
export const notFoundPage = (context: PageContext): Html => {
  const { heading, lead, advice } = context.texts.notFound;
  const main = html`<p class="lead">${lead}</p>\n<p class="lead">${advice}</p>`;
  return layout(context, { heading, main, script: null });
};
