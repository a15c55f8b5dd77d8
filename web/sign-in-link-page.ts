import { type Html, html } from '../shared/primitives/html.ts';
import { layout } from './layout.ts';
import type { PageContext } from './page-context.ts';
import { emptyStatusRegion } from './status-region.ts';

/**
 * The page that a sign-in link leads to: it shows the link's token to copy, and says where to enter it. It asks for no password,
 * because the session is for the app to begin: on this page it would have no use, and would use the token up.
 *
 * Without its script, or without a token in the fragment, the page says where else the token stands. Opening it sends nothing.
 */
export const signInLinkPage = (context: PageContext): Html => {
  const { notices, sections, ...say } = context.texts.signInLink;
  const main = html`${emptyStatusRegion}
<p class="lead">${say.lead}</p>
<p class="lead" id="from-message">${say.fromMessage}</p>
<form method="post" action="${context.path}" data-notices="${JSON.stringify(notices)}" hidden>
<div class="field">
<label for="token">${say.tokenLabel}</label>
<p class="hint" id="token-hint">${say.tokenHint}</p>
<output id="token" aria-describedby="token-hint"></output>
</div>
<button class="main" id="send" type="submit">${say.copy}</button>
</form>
${sections.map(({ title, text }) => html`<section>\n<h2>${title}</h2>\n<p>${text}</p>\n</section>\n`)}`;
  return layout(context, { heading: say.heading, main, script: '/ui/sign-in-link.js' });
};
